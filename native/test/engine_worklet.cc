// AudioWorkletNode with processors in C++: what the engine asks of a scope, and when.
#include <map>

#include "audio/engine/AudioWorkletScope.h"
#include "engine_harness.h"

using namespace mediant::audio;

namespace {

// A processor that writes 10 × channels of its first input + its first parameter into its first output.
class TestScope final : public AudioWorkletScope {
 public:
  struct Processor {
    Result result = Result::Active;
    bool exists = true;
    bool isReleased = false;
    int calls = 0;
    int64_t frame = -1;
    std::vector<int> layout;
    size_t firstParam = 0;
    size_t firstOutput = 0;
    std::vector<float> samples;
  };

  bool prepare(int node, const int* layout, int inputs, int params, int outputs, Exchange* exchange) override {
    Processor& processor = processors[node];
    if (!processor.exists) return false;
    processor.layout.assign(layout, layout + inputs + params + outputs);
    size_t length = 0;
    for (int i = 0; i < inputs + params + outputs; ++i) {
      if (i == inputs) processor.firstParam = length;
      if (i == inputs + params) processor.firstOutput = length;
      const bool isParam = i >= inputs && i < inputs + params;
      length += static_cast<size_t>(layout[i]) * (isParam ? 1 : 128);
    }
    processor.samples.assign(length, -1.0f);
    *exchange = {processor.samples.data(), node};
    return true;
  }

  Result process(const Exchange& exchange, int64_t frame) override {
    Processor& processor = processors[exchange.processor];
    ++processor.calls;
    processor.frame = frame;
    for (size_t i = 0; i < 128; ++i) {
      float& sample = exchange.samples[processor.firstOutput + i];
      sample = 10 * static_cast<float>(processor.firstParam / 128);
      if (processor.firstParam < processor.firstOutput) sample += exchange.samples[processor.firstParam];
    }
    return processor.result;
  }

  void release(int node, Exchange* exchange) override {
    processors[node].isReleased = true;
    *exchange = {};
  }

  std::map<int, Processor> processors;
};

int worklet(CommandWriter& t, int node, std::vector<CommandWriter::Param> params = {}) {
  return t.create(node, NodeKind::AudioWorklet, 1, 1, params, {1, 1});
}

}  // namespace

TEST(a_processor_gets_its_parameters_and_no_channels_without_input) {
  TestEngine t;
  TestScope scope;
  const AudioWorkletScope::Entry entry(scope);
  worklet(t, 2, {{0.5}});
  t.connect(2, 1);
  CHECK_EQUAL(t.render(1)[0][5], 0.5f);
  CHECK((scope.processors[2].layout == std::vector<int>{0, 1, 1}));
  CHECK_EQUAL(scope.processors[2].frame, int64_t{0});
}

TEST(a_processor_without_inputs_outputs_and_parameters) {
  TestEngine t;
  TestScope scope;
  const AudioWorkletScope::Entry entry(scope);
  t.create(2, NodeKind::AudioWorklet, 0, 0);
  scope.processors[2].exists = false;
  t.render(2);
  CHECK_EQUAL(scope.processors[2].calls, 0);
}

TEST(hundreds_of_parameters_move_at_once) {
  TestEngine t;
  TestScope scope;
  const AudioWorkletScope::Entry entry(scope);
  constexpr int kParams = 500;
  worklet(t, 2, std::vector<CommandWriter::Param>(kParams, {0}));
  for (int i = 0; i < kParams; ++i) t.paramEvent(2, i, ParamEventType::LinearRamp, 1, 1);
  t.connect(2, 1);
  t.render(3);
  CHECK_EQUAL(scope.processors[2].layout[kParams], 128);
  CHECK_EQUAL(scope.processors[2].calls, 3);
}

TEST(an_automated_parameter_is_as_long_as_a_quantum) {
  TestEngine t;
  TestScope scope;
  const AudioWorkletScope::Entry entry(scope);
  worklet(t, 2, {{0}});
  t.paramEvent(2, 0, ParamEventType::SetValue, 0, 0);
  t.paramEvent(2, 0, ParamEventType::LinearRamp, 1, 1);
  t.connect(2, 1);
  t.render(1);
  CHECK((scope.processors[2].layout == std::vector<int>{0, 128, 1}));
}

TEST(a_single_output_follows_the_channels_of_the_input) {
  TestEngine t;
  TestScope scope;
  const AudioWorkletScope::Entry entry(scope);
  t.constant(3); t.start(3);
  t.merger(4, 2); t.connect(3, 4);
  worklet(t, 2);
  t.connect(4, 2); t.connect(2, 1);
  t.render(1);
  CHECK((scope.processors[2].layout == std::vector<int>{2, 2}));
}

TEST(an_inactive_processor_is_called_only_with_input) {
  TestEngine t;
  TestScope scope;
  const AudioWorkletScope::Entry entry(scope);
  scope.processors[2].result = AudioWorkletScope::Result::Inactive;
  worklet(t, 2);
  t.connect(2, 1);
  t.render(3);
  CHECK_EQUAL(scope.processors[2].calls, 1);
  t.constant(3); t.start(3); t.connect(3, 2);
  t.render(3);
  CHECK_EQUAL(scope.processors[2].calls, 4);
  t.disconnect(3, 2);
  t.render(3);
  CHECK_EQUAL(scope.processors[2].calls, 4);
}

TEST(changes_of_the_active_source_flag_are_told) {
  TestEngine t;
  TestScope scope;
  const AudioWorkletScope::Entry entry(scope);
  worklet(t, 2);
  t.connect(2, 1);
  t.render(2);
  CHECK_EQUAL(t.events().size(), size_t{0});
  scope.processors[2].result = AudioWorkletScope::Result::Inactive;
  t.render(2);
  const auto events = t.events();
  CHECK_EQUAL(events.size(), size_t{1});
  if (events.size() != 1) return;
  CHECK(events[0].type == EngineEvent::ActiveSource);
  CHECK_EQUAL(events[0].a, 2.0);
  CHECK_EQUAL(events[0].b, 0.0);
}

TEST(a_processor_that_fails_is_silent_and_not_called_again) {
  TestEngine t;
  TestScope scope;
  const AudioWorkletScope::Entry entry(scope);
  scope.processors[2].result = AudioWorkletScope::Result::Failed;
  t.constant(3); t.start(3);
  worklet(t, 2);
  t.connect(3, 2); t.connect(2, 1);
  CHECK_EQUAL(t.render(3)[0][0], 0.0f);
  CHECK_EQUAL(scope.processors[2].calls, 1);
}

TEST(a_processor_gets_samples_of_its_input_with_the_gain_that_is_pending) {
  TestEngine t;
  TestScope scope;
  const AudioWorkletScope::Entry entry(scope);
  t.constant(3, 0.5); t.start(3);
  t.gain(4, 0.5); t.connect(3, 4);
  worklet(t, 2);
  t.connect(4, 2); t.connect(2, 1);
  CHECK_EQUAL(t.render(2)[0][128], 10.0f);
  CHECK_EQUAL(scope.processors[2].samples[127], 0.25f);
  CHECK_EQUAL(scope.processors[2].frame, int64_t{128});
}

TEST(a_node_without_a_processor_is_silent_and_never_called) {
  TestEngine t;
  TestScope scope;
  const AudioWorkletScope::Entry entry(scope);
  scope.processors[2].exists = false;
  worklet(t, 2, {{0.5}});
  t.connect(2, 1);
  CHECK_EQUAL(t.render(2)[0][0], 0.0f);
  CHECK_EQUAL(scope.processors[2].calls, 0);
}

TEST(a_node_is_silent_on_a_thread_without_script) {
  TestEngine t;
  worklet(t, 2, {{0.5}});
  t.connect(2, 1);
  CHECK_EQUAL(t.render(2)[0][0], 0.0f);
}

TEST(a_released_node_plays_on_while_it_is_an_active_source) {
  TestEngine t;
  TestScope scope;
  const AudioWorkletScope::Entry entry(scope);
  worklet(t, 2, {{0.5}});
  t.connect(2, 1);
  t.release(2);
  CHECK_EQUAL(t.render(4)[0][511], 0.5f);
  t.engine->collect();
  CHECK_EQUAL(t.engine->nodeCount(), size_t{2});
  scope.processors[2].result = AudioWorkletScope::Result::Inactive;
  t.render(2);
  t.engine->collect();
  t.render(1);
  t.engine->collect();
  CHECK_EQUAL(t.engine->nodeCount(), size_t{1});
  CHECK(scope.processors[2].isReleased);
}
