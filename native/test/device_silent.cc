// The silent clock and what ends a wait for it.
#include "check.h"
#include "device/AudioBackend.h"
#include "device/OutputDevices.h"
#include "device/Thread.h"
#include "device/Waker.h"
#ifdef __linux__
#include "virtual_clock.h"
#endif

using namespace mediant::device;

namespace {

constexpr double kSampleRate = 48000;
constexpr int kPeriod = 480;
constexpr Nanoseconds kPeriodNanoseconds = 10'000'000;

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

TEST(aWaitForAPeriodEndsWhenItIsDue) {
  Waker waker;
  const auto stream = openSilent(waker);
  for (int period = 0; period < 5; ++period) {
    int frames = 0;
    while (frames == 0) frames = stream->wait(kNever);
    CHECK_EQUAL(frames, kPeriod);
    deliver(*stream);
    const OutputTiming timing = stream->timing();
    CHECK_EQUAL(timing.frame, static_cast<double>(period) * kPeriod);
    CHECK(timing.at <= monotonicNow());
  }
}

#ifdef __linux__

TEST(noPeriodIsWantedBeforeItsTime) {
  check::VirtualClock clock;
  Waker waker;
  const auto stream = openSilent(waker);
  for (int period = 0; period < 20; ++period) {
    CHECK_EQUAL(stream->wait(monotonicNow()), kPeriod);
    deliver(*stream);
    const OutputTiming timing = stream->timing();
    CHECK_EQUAL(timing.frame, static_cast<double>(period) * kPeriod);
    CHECK_EQUAL(timing.at, monotonicNow());
    clock.advanceNanoseconds(kPeriodNanoseconds - 1);
    CHECK_EQUAL(stream->wait(monotonicNow()), 0);
    clock.advanceNanoseconds(1);
  }
  CHECK_EQUAL(stream->takeUnderruns().events, 0);
}

TEST(timesAreThoseOfTheSampleRateExactly) {
  check::VirtualClock clock;
  Waker waker;
  const auto stream = openSilent(waker);
  stream->wait(monotonicNow());
  deliver(*stream);
  const Nanoseconds origin = stream->timing().at;
  for (int period = 1; period <= 5; ++period) {
    clock.advanceNanoseconds(kPeriodNanoseconds + 1'000'000);  // late
    CHECK_EQUAL(stream->wait(monotonicNow()), kPeriod);
    deliver(*stream);
    CHECK_EQUAL(stream->timing().at - origin, period * kPeriodNanoseconds);
  }
}

TEST(aLateDriverCatchesUp) {
  check::VirtualClock clock;
  Waker waker;
  const auto stream = openSilent(waker);
  stream->wait(monotonicNow());
  deliver(*stream);
  clock.advanceNanoseconds(fromSeconds(0.1));
  for (int period = 0; period < 10; ++period) {
    CHECK_EQUAL(stream->wait(monotonicNow()), kPeriod);
    deliver(*stream);
  }
  CHECK_EQUAL(stream->wait(monotonicNow()), 0);
  CHECK_EQUAL(stream->takeUnderruns().events, 0);
}

TEST(whatCannotBeCaughtUpIsSkippedAndCounted) {
  check::VirtualClock clock;
  Waker waker;
  const auto stream = openSilent(waker);
  stream->wait(monotonicNow());
  deliver(*stream);
  clock.advanceNanoseconds(fromSeconds(0.4));
  CHECK_EQUAL(stream->wait(monotonicNow()), kPeriod);
  const auto underruns = stream->takeUnderruns();
  CHECK_EQUAL(underruns.events, 1);
  CHECK_NEAR(underruns.frames, 0.39 * kSampleRate, 1e-3);
  CHECK_EQUAL(stream->takeUnderruns().events, 0);
  deliver(*stream);
  CHECK_EQUAL(stream->wait(monotonicNow()), 0);
}

TEST(aPausedStreamWantsNothingAndItsClockStands) {
  check::VirtualClock clock;
  Waker waker;
  const auto stream = openSilent(waker);
  stream->wait(monotonicNow());
  deliver(*stream);
  const Nanoseconds before = stream->timing().at;
  stream->pause(true);
  clock.advanceNanoseconds(fromSeconds(0.05));
  CHECK_EQUAL(stream->wait(monotonicNow()), 0);
  stream->pause(false);
  CHECK_EQUAL(stream->wait(monotonicNow()), 0);
  clock.advanceNanoseconds(kPeriodNanoseconds);
  CHECK_EQUAL(stream->wait(monotonicNow()), kPeriod);
  deliver(*stream);
  CHECK_EQUAL(stream->timing().at - before, fromSeconds(0.06));
  CHECK_EQUAL(stream->takeUnderruns().events, 0);
}

#endif

TEST(theSilentClockIsAlwaysThere) {
  const OutputList list = outputDevices("silent");
  CHECK_EQUAL(std::string(list.backend->name), "silent");
  CHECK_EQUAL(list.outputs.size(), 1u);
  CHECK(list.outputs.front().isDefault);
  const FoundOutput none = outputInfo({true, ""}, "pulse");
  CHECK_EQUAL(std::string(none.backend->name), "silent");
}
