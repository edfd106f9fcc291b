// The offline driver: outputs one after the other, pauses, early closes, and its loop lent to another thread.
#include <algorithm>
#include <atomic>
#include <thread>

#include "audio/driver/OfflineDriver.h"
#include "engine_harness.h"

using namespace mediant::audio;

namespace {

struct Outputs {
  Outputs(int channels, size_t frames) : samples(static_cast<size_t>(channels), std::vector<float>(frames)) {
    for (std::vector<float>& channel : samples) pointers.push_back(channel.data());
  }
  bool render(OfflineDriver& driver) {
    return driver.render(pointers.data(), static_cast<int>(pointers.size()), static_cast<int64_t>(samples[0].size()));
  }

  std::vector<std::vector<float>> samples;
  std::vector<float*> pointers;
};

// Frames at which outputs were complete, up to the `count`th. `suspended` is called at each pause.
template <typename Call>
std::vector<double> awaitCompleted(TestEngine& t, size_t count, Call suspended) {
  std::vector<double> frames;
  while (frames.size() < count) {
    for (const TestEngine::Event& event : t.events()) {
      if (event.type == EngineEvent::Completed) frames.push_back(event.a);
      if (event.type == EngineEvent::Suspended) suspended(event.a);
    }
    std::this_thread::yield();
  }
  return frames;
}
std::vector<double> awaitCompleted(TestEngine& t, size_t count) {
  return awaitCompleted(t, count, [](double) { CHECK(!"no pause was asked for"); });
}

// A line that rises by one a frame.
void ramp(TestEngine& t) {
  t.constant(2, 0); t.start(2); t.connect(2, 1);
  t.setValue(2, 0, 0);
  t.paramEvent(2, 0, ParamEventType::LinearRamp, 1 << 20, (1 << 20) / 48000.0);
  t.submit();
}

void checkRamp(const std::vector<float>& samples, size_t firstFrame) {
  for (size_t i = 0; i < samples.size(); ++i) CHECK_NEAR(samples[i], static_cast<double>(firstFrame + i), 0.05);
}

}  // namespace

TEST(it_pauses_and_completes) {
  TestEngine t(2);
  t.constant(2); t.start(2); t.connect(2, 1);
  t.submit();
  Outputs output(2, 1000);
  OfflineDriver driver(*t.engine);
  driver.suspendAt(512);
  driver.suspendAt(256);
  CHECK(output.render(driver));
  std::vector<double> suspended;
  const std::vector<double> completed = awaitCompleted(t, 1, [&](double frame) {
    suspended.push_back(frame);
    CHECK_EQUAL(t.word(StateWord::CurrentFrame), frame);
    t.setValue(2, 0, frame, frame / 48000);
    t.submit();
    if (frame == 512) driver.suspendAt(896);
    driver.resume();
  });
  CHECK_EQUAL(suspended.size(), size_t{3});
  CHECK_EQUAL(completed[0], 1024.0);
  for (size_t i = 0; i < 1000; ++i) {
    CHECK_EQUAL(output.samples[1][i], i < 256 ? 1.0f : i < 512 ? 256.0f : i < 896 ? 512.0f : 896.0f);
  }
}

TEST(outputs_follow_each_other_without_a_gap) {
  TestEngine t(1);
  ramp(t);
  OfflineDriver driver(*t.engine);
  Outputs first(1, 256), second(1, 1280), third(1, 128), last(1, 100);
  // Two at once, one after the thread has ended, one while it may be ending.
  CHECK(first.render(driver) && second.render(driver));
  CHECK_EQUAL(awaitCompleted(t, 2)[1], 1536.0);
  CHECK(third.render(driver));
  CHECK_EQUAL(awaitCompleted(t, 1)[0], 1664.0);
  CHECK(last.render(driver));
  CHECK_EQUAL(awaitCompleted(t, 1)[0], 1792.0);
  checkRamp(first.samples[0], 0);
  checkRamp(second.samples[0], 256);
  checkRamp(third.samples[0], 1536);
  checkRamp(last.samples[0], 1664);
}

TEST(a_pause_at_the_end_of_an_output_comes_with_the_next_one) {
  TestEngine t(1);
  ramp(t);
  OfflineDriver driver(*t.engine);
  driver.suspendAt(256);
  Outputs first(1, 256), second(1, 256);
  CHECK(first.render(driver));
  awaitCompleted(t, 1);
  int pauses = 0;
  CHECK(second.render(driver));
  awaitCompleted(t, 1, [&](double frame) {
    ++pauses;
    CHECK_EQUAL(frame, 256.0);
    driver.resume();
  });
  CHECK_EQUAL(pauses, 1);
  checkRamp(second.samples[0], 256);
}

TEST(it_waits_for_scripts) {
  TestEngine t(1);
  constexpr size_t kBlocks = 3, kFrames = 256;
  std::vector<float> memory(kBlocks * 2 * kFrames);
  t.constant(2); t.start(2);
  t.create(3, NodeKind::ScriptProcessor, 1, 1, {}, {double(kFrames), 1, 1, 2}, 1, ChannelCountMode::Explicit);
  t.message(3, NodeOp::SetScriptBlocks, {}, t.attach(memory.data(), memory.size()), 1);
  t.connect(2, 3); t.connect(3, 1);
  t.submit();
  OfflineDriver driver(*t.engine);
  Outputs output(1, 1100);
  CHECK(output.render(driver));
  std::vector<double> ends;
  for (bool completed = false; !completed; std::this_thread::yield()) {
    for (const TestEngine::Event& event : t.events()) {
      completed = completed || event.type == EngineEvent::Completed;
      if (event.type == EngineEvent::ScriptProcess) {
        ends.push_back(event.b);
        const size_t block = static_cast<size_t>(event.c);
        CHECK_EQUAL(memory[2 * block * kFrames + 255], 1.0f);
        float* made = memory.data() + (2 * ((block + 2) % kBlocks) + 1) * kFrames;
        CHECK_EQUAL(made[0], 0.0f);
        std::fill(made, made + kFrames, static_cast<float>(event.b));
      }
      if (event.type == EngineEvent::Suspended) {
        CHECK_EQUAL(event.a, ends.back());
        driver.resume();
      }
    }
  }
  CHECK((ends == std::vector<double>{256, 512, 768, 1024}));
  for (size_t i = 0; i < 1100; ++i) CHECK_EQUAL(output.samples[0][i], i < 512 ? 0.0f : i < 768 ? 256.0f : i < 1024 ? 512.0f : 768.0f);
}

TEST(what_makes_no_sense_is_refused) {
  TestEngine t(1);
  OfflineDriver driver(*t.engine);
  Outputs output(1, 128);
  CHECK(!driver.render(output.pointers.data(), 0, 128));
  CHECK(!driver.render(output.pointers.data(), 33, 128));
  CHECK(!driver.render(output.pointers.data(), 1, 0));
  driver.close();
  CHECK(!output.render(driver));
}

TEST(another_thread_borrows_the_loop_and_gives_it_back) {
  TestEngine t(1);
  ramp(t);
  OfflineDriver driver(*t.engine);
  std::atomic<bool> awake{false}, done{false};
  driver.setBorrowerWake([](void* flag) { static_cast<std::atomic<bool>*>(flag)->store(true); }, &awake);
  Outputs before(1, 128 * 1000), during(1, 256), after(1, 256);
  CHECK(before.render(driver));
  std::thread borrower([&] {
    driver.lend();
    while (!done) {
      if (driver.turn({0, 0}) == LendableDriver::Turn::Idle) {
        while (!awake.exchange(false) && !done) std::this_thread::yield();
      }
    }
  });
  awake = true;
  awaitCompleted(t, 1);
  CHECK(during.render(driver));
  awaitCompleted(t, 1);
  done = true;
  borrower.join();
  CHECK(after.render(driver));
  driver.takeBack();
  awaitCompleted(t, 1);
  checkRamp(before.samples[0], 0);
  checkRamp(during.samples[0], 128000);
  checkRamp(after.samples[0], 128256);
}

TEST(many_renders_and_early_closes) {
  Outputs output(1, 48000), shorter(1, 4800);
  for (int i = 0; i < 200; ++i) {
    TestEngine t;
    t.oscillator(2); t.start(2); t.connect(2, 1);
    t.submit();
    OfflineDriver driver(*t.engine);
    if (i % 3 == 0) driver.suspendAt(256);
    (i % 2 ? shorter : output).render(driver);
    if (i % 5 == 0) shorter.render(driver);
    if (i % 2 && i % 3) awaitCompleted(t, 1);
    driver.close();
    driver.close();
  }
}
