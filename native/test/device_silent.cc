// The silent clock and what ends a wait for it.
#include "check.h"
#include "device/AudioBackend.h"
#include "device/OutputDevices.h"
#include "device/Thread.h"
#include "device/Waker.h"

using namespace mediant::device;

namespace {

constexpr double kSampleRate = 48000;
constexpr int kPeriod = 480;  // 10 ms

std::unique_ptr<OutputStream> openSilent(Waker& waker) {
  const OutputRequest request{"", kSampleRate, 2, kPeriod};
  std::unique_ptr<OutputStream> stream = silentBackend.open(request, waker).stream;
  stream->attach(waker);
  return stream;
}

void deliver(OutputStream& stream) {
  int frames = kPeriod;
  CHECK(stream.begin(frames) == nullptr);
  CHECK_EQUAL(frames, kPeriod);
  CHECK(stream.end(frames));
}

}  // namespace

TEST(aWakeBeforeTheWaitIsNotLost) {
  Waker waker;
  waker.wake();
  waker.wake();
  CHECK(waker.waitUntil(kNever));
  CHECK(!waker.waitUntil(monotonicNow()));
}

TEST(aWaitEndsAtItsDeadline) {
  Waker waker;
  const Nanoseconds deadline = monotonicNow() + fromSeconds(0.01);
  CHECK(!waker.waitUntil(deadline));
  CHECK(monotonicNow() >= deadline);
}

TEST(aWakeFromAnotherThreadEndsTheWait) {
  Waker waker;
  Thread thread;
  CHECK(thread.start("waker", [](void* other) { static_cast<Waker*>(other)->wake(); }, &waker));
  CHECK(waker.waitUntil(kNever));
  thread.join();
}

TEST(theFirstPeriodIsWantedAtOnce) {
  Waker waker;
  const auto stream = openSilent(waker);
  CHECK_EQUAL(stream->wait(kNever), kPeriod);
}

TEST(noPeriodIsWantedBeforeItsTime) {
  Waker waker;
  const auto stream = openSilent(waker);
  for (int period = 0; period < 20; ++period) {
    int frames = 0;
    while (frames == 0) frames = stream->wait(kNever);
    CHECK_EQUAL(frames, kPeriod);
    deliver(*stream);
    const OutputTiming timing = stream->timing();
    CHECK_EQUAL(timing.frame, static_cast<double>(period) * kPeriod);
    CHECK(timing.at <= monotonicNow());
  }
  const auto underruns = stream->takeUnderruns();
  CHECK_EQUAL(underruns.events, 0);
}

TEST(timesAreThoseOfTheSampleRateExactly) {
  Waker waker;
  const auto stream = openSilent(waker);
  stream->wait(kNever);
  deliver(*stream);
  const Nanoseconds origin = stream->timing().at;
  for (int period = 1; period <= 5; ++period) {
    while (stream->wait(kNever) == 0) {
    }
    deliver(*stream);
    CHECK_EQUAL(stream->timing().at - origin, static_cast<Nanoseconds>(period) * 10'000'000);
  }
}

TEST(aLateDriverCatchesUp) {
  Waker waker, timer;
  const auto stream = openSilent(waker);
  stream->wait(kNever);
  deliver(*stream);
  timer.waitUntil(monotonicNow() + fromSeconds(0.1));
  for (int period = 0; period < 10; ++period) {
    CHECK_EQUAL(stream->wait(kNever), kPeriod);
    deliver(*stream);
  }
  CHECK_EQUAL(stream->takeUnderruns().events, 0);
}

TEST(whatCannotBeCaughtUpIsSkippedAndCounted) {
  Waker waker, timer;
  const auto stream = openSilent(waker);
  stream->wait(kNever);
  deliver(*stream);
  timer.waitUntil(monotonicNow() + fromSeconds(0.4));
  CHECK_EQUAL(stream->wait(kNever), kPeriod);
  const auto underruns = stream->takeUnderruns();
  CHECK_EQUAL(underruns.events, 1);
  CHECK(underruns.frames > 0.38 * kSampleRate);
  CHECK_EQUAL(stream->takeUnderruns().events, 0);
  deliver(*stream);
  CHECK_EQUAL(stream->wait(monotonicNow()), 0);
}

TEST(aPausedStreamWantsNothingAndItsClockStands) {
  Waker waker, timer;
  const auto stream = openSilent(waker);
  stream->wait(kNever);
  deliver(*stream);
  const Nanoseconds before = stream->timing().at;
  stream->pause(true);
  CHECK_EQUAL(stream->wait(monotonicNow() + fromSeconds(0.05)), 0);
  stream->pause(false);
  while (stream->wait(kNever) == 0) {
  }
  deliver(*stream);
  CHECK(stream->timing().at - before >= fromSeconds(0.06));
  CHECK_EQUAL(stream->takeUnderruns().events, 0);
}

TEST(theSilentClockIsAlwaysThere) {
  const OutputList list = outputDevices("silent");
  CHECK_EQUAL(std::string(list.backend->name), "silent");
  CHECK_EQUAL(list.outputs.size(), 1u);
  CHECK(list.outputs.front().isDefault);
  const FoundOutput none = outputInfo({true, ""}, "pulse");
  CHECK_EQUAL(std::string(none.backend->name), "silent");
}
