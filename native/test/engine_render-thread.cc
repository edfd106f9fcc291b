// The render thread's rules: no allocation in steady state, flush-to-zero inside and the caller's mode outside, no race
// with a control thread that changes the graph all the time.
#include <atomic>
#include <thread>

#include "allocation_hooks.h"
#include "base/DenormalMode.h"
#include "base/RenderThreadScope.h"
#include "engine_harness.h"
#include "hrtf_fixture.h"

namespace {

std::atomic<int> trapped{0};

void trapOnRenderThread() {
  if (mediant::RenderThreadScope::active()) ++trapped;
}

}  // namespace

void onAllocation() { trapOnRenderThread(); }
void onFree() { trapOnRenderThread(); }

using namespace mediant::audio;

namespace {

// Adds and removes all sorts of nodes and connections; deterministic.
class GraphShaker {
 public:
  explicit GraphShaker(uint32_t seed) : state_(seed) {}

  void shake(TestEngine& t, int changes) {
    if (next_ == kFirst) {
      t.create(next_, NodeKind::Listener, 0, 0, {{0}, {0}, {0}, {0}, {0}, {-1}, {0}, {1}, {0}}, {}, 1);
      t.message(next_++, NodeOp::SetHrtf, {}, t.attach(responses_.data(), responses_.size()), 1);
    }
    for (int i = 0; i < changes; ++i) {
      const int kind = random(10);
      if (kind < 2) {
        const int id = next_++;
        if (random(2)) t.constant(id, 1); else t.oscillator(id, 100 + random(5000));
        const double now = t.word(StateWord::CurrentFrame);
        t.start(id, (now + random(1000)) / 48000);
        t.stop(id, (now + random(20000)) / 48000);
        t.connect(id, any());
      } else if (kind == 2) {
        const int channels = 1 + random(8);
        t.merger(next_, channels);
        t.connect(any(), next_, 0, random(channels));
        t.connect(next_++, any());
      } else if (kind == 3) {
        t.splitter(next_, 1 + random(8));
        t.connect(any(), next_);
        t.connect(next_++, any(), random(8));
      } else if (kind == 4) {
        random(2) ? t.gain(next_, 0.5) : t.analyser(next_);
        t.connect(any(), next_);
        t.connect(next_++, any());
      } else if (kind == 5) {
        t.delay(next_, random(100) / 10000.0);
        t.connect(any(), next_);
        t.connect(next_++, any());
        effect(t);
      } else if (kind == 6) {
        t.connectParam(any(), any(), 0);
      } else if (kind == 7) {
        const int node = any();
        t.setValue(node, 0, random(3), random(50000) / 48000.0);
        t.paramEvent(node, 0, ParamEventType::LinearRamp, random(3), random(50000) / 48000.0);
        if (!random(4)) t.add(Command::ParamCancel, {double(node), 0, random(50000) / 48000.0});
        if (!random(4)) t.add(Command::ParamCancelAndHold, {double(node), 0, random(50000) / 48000.0});
      } else if (kind == 8) {
        random(2) ? t.disconnect(any(), any()) : t.connect(any(), any());
        pan(t, any());
      }
    }
    // Script keeps the newest nodes only.
    while (released_ + 60 < next_) t.release(released_++);
  }

 private:
  void effect(TestEngine& t) {
    const auto stereo = ChannelCountMode::ClampedMax;
    const int node = next_;
    const int attachment = t.attach(samples_, 64);
    switch (random(7)) {
      case 0: t.create(node, NodeKind::Biquad, 1, 1, {{1000.0 * random(20)}, {0}, {1}, {0}}, {double(random(8))}); break;
      case 1: t.create(node, NodeKind::IIRFilter, 1, 1, {}, {1, 2, 0.5, 1, -0.5}); break;
      case 2:
        t.create(node, NodeKind::WaveShaper, 1, 1);
        t.message(node, NodeOp::SetCurve, {double(random(3))}, attachment, 1);
        break;
      case 3: t.create(node, NodeKind::StereoPanner, 1, 1, {{0, -1, 1}}, {}, 2, stereo); break;
      case 4:
        t.create(node, NodeKind::Panner, 1, 1, {{1}, {0}, {0}, {1}, {0}, {0}}, {}, 2, stereo);
        pan(t, node);
        break;
      case 5:
        t.create(node, NodeKind::Convolver, 1, 1, {}, {}, 2, stereo);
        t.message(node, NodeOp::SetBuffer, {48000}, attachment, 1);
        break;
      default:
        t.create(node, NodeKind::DynamicsCompressor, 1, 1, {{-24}, {30}, {12}, {0.003}, {0.25}}, {}, 2, stereo);
    }
    t.connect(any(), node);
    t.connect(next_++, any());
  }

  // Of use to panners only.
  void pan(TestEngine& t, int node) {
    t.message(node, NodeOp::SetPanner, {double(random(2)), double(random(3)), 1, 10000, 1, 100, 200, 0});
  }

  int any() { return random(5) == 0 ? 1 : std::max(1, next_ - 1 - random(40)); }
  int random(int n) {
    state_ = state_ * 1664525u + 1013904223u;
    return static_cast<int>((state_ >> 8) % static_cast<uint32_t>(n));
  }

  static constexpr int kFirst = 2;

  uint32_t state_;
  int next_ = kFirst;
  int released_ = kFirst + 1;  // the listener stays
  const std::vector<float> responses_ = HrtfFixture().words();
  float samples_[64] = {-1, 0.5f, 1};
};

}  // namespace

TEST(nothing_is_allocated_while_the_graph_changes) {
  trapped = 0;
  TestEngine t(2);
  GraphShaker shaker(1);
  float left[128], right[128];
  float* output[2] = {left, right};
  for (int i = 0; i < 500; ++i) {
    shaker.shake(t, 20);
    t.submit();
    t.engine->render(output, 2);
    if (i % 10 == 0) t.events();
  }
  CHECK_EQUAL(trapped.load(), 0);
}

TEST(denormals_are_flushed_inside_and_the_mode_is_restored) {
  TestEngine t;
  CHECK(!mediant::FlushDenormals::active());
  t.constant(2, 1e-30); t.start(2);
  t.gain(3, 1e-10);
  t.gain(4, 1e30);
  t.connect(2, 3); t.connect(3, 4); t.connect(4, 1);
  const auto out = t.render(1);
  for (float x : out[0]) CHECK_EQUAL(x, 0.0f);
  CHECK(!mediant::FlushDenormals::active());
}

TEST(changing_the_graph_while_another_thread_renders) {
  TestEngine t(2);
  static std::atomic<int> wakes;
  wakes = 0;
  t.engine->setWake([](void*) { ++wakes; }, nullptr);
  std::atomic<bool> done{false};
  std::thread renderThread([&] {
    float left[128], right[128];
    float* output[2] = {left, right};
    while (!done) t.engine->render(output, 2);
  });
  GraphShaker shaker(7);
  std::vector<float> bins(1024);
  for (int i = 0; i < 500; ++i) {
    shaker.shake(t, 10);
    const double batch = t.submit();
    // As script does, which hears of what ended: a render thread that lags would let the graph grow without end.
    while (t.word(StateWord::AppliedBatch) + 4 < batch) std::this_thread::yield();
    t.engine->paramValue(2 + i % 100, 0);
    t.engine->analyserTimeDomain(2 + i % 100, bins.data(), bins.size());
    t.engine->analyserFrequency(2 + i % 100, bins.data(), bins.size());
    t.events();
  }
  done = true;
  renderThread.join();
  CHECK(wakes > 0);
  CHECK_EQUAL(trapped.load(), 0);
}
