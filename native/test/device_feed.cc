// Feeds in real time; what is asserted is order, never speed.
#include <atomic>
#include <ctime>
#include <filesystem>
#include <thread>

#include "check.h"
#include "device/Feed.h"
#include "ring_memory.h"

using namespace mediant::audio;
using namespace mediant::device;

namespace {

constexpr size_t kBlock = 480;
// 21 s: a feed goes on until the test comes to stop it, and what is then looked at must not have been overwritten.
constexpr size_t kCapacity = 1 << 20;

void waitUntilWritten(PcmRing ring, int64_t frames) {
  while (ring.written() < frames) std::this_thread::yield();
}

std::vector<float> ramp(size_t frames, float from = 1) {
  std::vector<float> samples(frames);
  for (size_t i = 0; i < frames; ++i) samples[i] = from + static_cast<float>(i);
  return samples;
}

void push(Feed& feed, const std::vector<float>& samples) {
  const float* channels[] = {samples.data()};
  feed.push(channels, samples.size());
}

std::vector<float> read(PcmRing ring, int64_t from, size_t frames) {
  std::vector<float> samples(frames);
  CHECK(ring.read(0, from, samples.data(), frames));
  return samples;
}

size_t threads() {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) count += entry.exists();
  return count;
}

const size_t threadsWithoutFeeds = threads();

// The system takes a thread off its list a moment after it could be joined.
bool threadsBecome(size_t expected) {
  for (int attempt = 0; attempt < 2000 && threads() != expected; ++attempt) {
    const timespec wait{0, 1'000'000};
    nanosleep(&wait, nullptr);
  }
  return threads() == expected;
}

void ignore(void*) {}

}  // namespace

TEST(chunks_of_any_length_follow_each_other_and_then_there_is_silence) {
  RingMemory memory(1, kCapacity, 48000);
  Feed feed(memory.ring(), 0, ignore, nullptr);
  float next = 1;
  for (const size_t length : {1u, 479u, 7u, 1000u}) {
    push(feed, ramp(length, next));
    next += static_cast<float>(length);
  }
  CHECK(feed.start());
  waitUntilWritten(memory.ring(), 5 * kBlock);
  feed.stop();
  const std::vector<float> heard = read(memory.ring(), 0, 5 * kBlock);
  for (size_t i = 0; i < heard.size(); ++i) CHECK_EQUAL(heard[i], i < 1487 ? static_cast<float>(i + 1) : 0.0f);
  CHECK_EQUAL(feed.queuedFrames(), 0u);
}

TEST(what_loops_goes_on_without_a_gap_and_waits_for_what_is_queued) {
  RingMemory memory(1, kCapacity, 48000);
  Feed feed(memory.ring(), 0, ignore, nullptr);
  const std::vector<float> loop = ramp(100), interlude(250, -5.0f);
  const float* channels[] = {loop.data()};
  feed.loop(channels, loop.size());
  CHECK(feed.start());
  waitUntilWritten(memory.ring(), 2 * kBlock);
  feed.stop();
  const int64_t before = memory.ring().written();
  push(feed, interlude);
  CHECK(feed.start());
  waitUntilWritten(memory.ring(), before + 2 * static_cast<int64_t>(kBlock));
  feed.stop();
  const std::vector<float> heard = read(memory.ring(), 0, static_cast<size_t>(before) + 2 * kBlock);
  for (size_t i = 0, played = 0; i < heard.size(); ++i) {
    const bool isInterlude = i >= static_cast<size_t>(before) && i < static_cast<size_t>(before) + 250;
    CHECK_EQUAL(heard[i], isInterlude ? -5.0f : loop[played++ % 100]);
  }
}

TEST(the_owner_hears_when_little_is_left_and_when_nothing_is) {
  RingMemory memory(1, kCapacity, 48000);
  std::atomic<int> calls{0};
  Feed feed(memory.ring(), 1000, [](void* count) { ++*static_cast<std::atomic<int>*>(count); }, &calls);
  push(feed, ramp(2 * kBlock + 1000));
  CHECK(feed.start());
  waitUntilWritten(memory.ring(), 6 * kBlock);
  feed.stop();
  CHECK_EQUAL(calls.load(), 2);
  push(feed, ramp(5000));
  feed.clear();
  CHECK_EQUAL(feed.queuedFrames(), 0u);
}

TEST(frames_are_due_at_the_ring_s_rate) {
  RingMemory memory(1, kCapacity, 16000);
  Feed feed(memory.ring(), 0, ignore, nullptr);
  CHECK(feed.start());
  PcmRing::Anchor first{}, later{};
  double between, due;
  do {
    waitUntilWritten(memory.ring(), later.frame + 160);
    while (!memory.ring().readAnchor(first)) {
    }
    waitUntilWritten(memory.ring(), first.frame + 480);
    while (!memory.ring().readAnchor(later)) {
    }
    between = later.seconds - first.seconds;
    due = static_cast<double>(later.frame - first.frame) / 16000;
  } while (between > due + 0.24);  // a pause: the machine kept the feed's thread for longer than it may catch up
  feed.stop();
  CHECK_NEAR(between, due, 1e-6);
  CHECK_NEAR(first.framePeriod, 1 / 16000.0, 1e-12);
}

TEST(one_thread_serves_all_feeds_and_ends_with_the_last) {
  CHECK(threadsBecome(threadsWithoutFeeds));
  RingMemory one(1, 4096, 48000), two(2, 4096, 24000);
  Feed first(one.ring(), 0, ignore, nullptr), second(two.ring(), 0, ignore, nullptr);
  CHECK(first.start());
  CHECK(second.start());
  waitUntilWritten(one.ring(), 960);
  waitUntilWritten(two.ring(), 480);
  CHECK_EQUAL(threads(), threadsWithoutFeeds + 1);
  first.stop();
  waitUntilWritten(two.ring(), two.ring().written() + 480);
  second.stop();
  CHECK(threadsBecome(threadsWithoutFeeds));
  CHECK(first.start());
  waitUntilWritten(one.ring(), one.ring().written() + 480);
  first.stop();
  CHECK(threadsBecome(threadsWithoutFeeds));
}
