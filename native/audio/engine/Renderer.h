// The render half of the engine: takes batches at quantum boundaries and runs the nodes that have something to do, in
// the order the graph has laid down. In steady state it allocates nothing, takes no lock and makes no system call.
// https://webaudio.github.io/web-audio-api/#rendering-loop
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "../../base/Handoff.h"
#include "Bus.h"
#include "Commands.h"
#include "Input.h"
#include "Message.h"
#include "NodeRenderer.h"
#include "Schedule.h"

namespace mediant::audio {

class ListenerRenderer;

// An event on its way to the control thread. Records circulate: the control thread gives them back, unless they were made
// for one event.
class EventRecord final : public Returned {
 public:
  void onReturned(Graph& graph) override;

  // A source brings the record of its end along, a request that of its answer (Engine::reserveEvent).
  bool isForOneEvent() const {
    const auto type = static_cast<EngineEvent>(static_cast<int>(words[0]));
    return type == EngineEvent::Ended || type == EngineEvent::StateChanged || (type == EngineEvent::DeviceFailed && words[2] != 0);
  }

  double words[4];
};

// Nodes that nothing living feeds and that may still sound. When the last of them has fallen silent the graph is told.
class RetireGroup final : public Returned {
 public:
  explicit RetireGroup(int id) : id(id) {}
  void onReturned(Graph& graph) override;

  const int id;
  int sounding = 0;  // members that are active
  RetireGroup* nextRetiring = nullptr;
};

// When a frame is due by the driver's clock, seconds. A frame period of 0: nobody has told.
struct FrameTime {
  double seconds;
  double framePeriod;
};

class Renderer {
 public:
  struct Config {
    double sampleRate;
    int renderQuantumSize;
  };

  Renderer(const Config& config, double* stateBlock);
  // Everything given back has been taken before.
  ~Renderer();

  // ---- control thread ----

  void send(Batch* batch) { batches_.push(batch); }
  Returned* takeReturned() { return returned_.takeAll(); }
  void giveEventRecord(EventRecord* record) { freeEvents_.push(record); }
  void setWake(void (*wake)(void*), void* context);

  // ---- render thread: driver ----

  void render(float* const* output, int channels, bool isZero);
  void applyBatches();
  void postEvent(EngineEvent type, double a, double b, double c);
  void setTime(int64_t frame, const FrameTime& time) {
    timedFrame_ = frame;
    timeOfFrame_ = time;
  }
  bool isScriptDue() const { return scriptDue_; }
  bool takeScriptDue() { return std::exchange(scriptDue_, false); }

  // ---- render thread: messages ----

  void addBusSlab(BusSlab* slab) { buses_.addSlab(slab); }
  void addContributions(Contribution* first, size_t count) { contributions_.add(first, count); }
  void exchangeHeap(std::unique_ptr<WakeHeap::Storage>& storage) { heap_.exchange(storage); }
  void exchangeAutomating(std::unique_ptr<ParamRenderer*[]>& storage);
  void exchangeSchedule(std::unique_ptr<Schedule::Storage>& storage) { schedule_.exchange(storage); }
  // Puts a node at a position. When many move, all are taken away before the first is placed.
  void place(NodeRenderer& node, int position);
  void unplace(NodeRenderer& node);
  // Takes a node out for good.
  void remove(NodeRenderer& node);
  void retire(RetireGroup& group, NodeRenderer* const* nodes, size_t count);

  // ---- render thread: nodes ----

  int64_t frame() const { return frame_; }  // first frame of this quantum
  int64_t endFrame() const { return frame_ + quantum_; }
  size_t quantum() const { return static_cast<size_t>(quantum_); }
  double sampleRate() const { return sampleRate_; }
  // Of the first frame of this quantum.
  FrameTime time() const {
    const double frames = static_cast<double>(frame_ - timedFrame_);
    return {timeOfFrame_.seconds + frames * timeOfFrame_.framePeriod, timeOfFrame_.framePeriod};
  }
  BusPool& buses() { return buses_; }
  ContributionPool& contributions() { return contributions_; }

  Signal allocate(int channels) { return Signal(buses_, buses_.allocate(channels)); }
  Signal silence(int channels) { return Signal(buses_, buses_.silence(channels)); }

  // Gives a signal to every consumer of an output. They run later in this quantum.
  void push(NodeRenderer& node, int output, Signal&& signal);

  // Makes the node run in every quantum, from this one if it has not been passed.
  void activate(NodeRenderer& node);
  void deactivate(NodeRenderer& node);

  void sleepUntil(Sleeper& sleeper, int64_t frame) { heap_.sleepUntil(sleeper, frame); }
  void stopSleeping(Sleeper& sleeper) { heap_.remove(sleeper); }

  // Keeps the value of a parameter advancing in quanta in which its node does not run.
  void startAutomating(ParamRenderer& param);
  void stopAutomating(ParamRenderer& param);

  // Automation events that a timeline has let go of.
  ParamEventList& spentEvents() { return spentEvents_; }

  // Hands an object to the control thread.
  void giveBack(Returned* object);

  // The AudioListener; null while there is none.
  ListenerRenderer* listener() const { return listener_; }
  void setListener(ListenerRenderer* listener) { listener_ = listener; }

  // Where the destination writes: planar, in this quantum only.
  float* const* outputChannels() const { return output_; }
  int outputChannelCount() const { return outputChannels_; }
  void setOutputWritten() { outputWritten_ = true; }

 private:
  void give(const Consumer& consumer, Signal&& signal);
  void takeBatches();
  void runNodes();
  void advanceParams();
  void returnSpentEvents();
  void returnSilentGroups();

  const double sampleRate_;
  const int quantum_;
  double* const state_;
  int64_t frame_ = 0;
  int64_t timedFrame_ = 0;
  FrameTime timeOfFrame_ = {0, 0};
  uint64_t appliedSerial_ = 0;

  float* const* output_ = nullptr;
  int outputChannels_ = 0;
  bool outputWritten_ = false;
  bool scriptDue_ = false;

  BusPool buses_;
  ContributionPool contributions_;
  Schedule schedule_;
  WakeHeap heap_;
  std::unique_ptr<ParamRenderer*[]> automating_;
  int automatingCount_ = 0;
  ParamEventList spentEvents_;
  RetireGroup* retiring_ = nullptr;
  ListenerRenderer* listener_ = nullptr;

  Handoff<Batch> batches_;           // control → render
  Handoff<Returned> returned_;       // render → control
  Handoff<EventRecord> freeEvents_;  // control → render
  EventRecord* eventRecords_ = nullptr;
  void (*wake_)(void*) = nullptr;
  void* wakeContext_ = nullptr;
};

// ---- what nodes do most often, in their own code -----------------------------------------------------------------------

inline ParamValues ParamRenderer::compute(Renderer& renderer) {
  if (changeFrame_ < renderer.endFrame() || !input.empty()) return computeMoving(renderer);
  ParamValues values;
  values.value = computedValue_;
  return values;
}

inline Signal NodeRenderer::takeInput(Renderer& renderer, int index, const ChannelConfig& config) {
  if (inputs_[index].empty()) return Signal();
  --pendingInputs_;
  return inputs_[index].take(renderer.contributions(), config);
}

inline void Renderer::give(const Consumer& consumer, Signal&& signal) {
  Input& input = *consumer.input;
  if (!input.empty()) return input.addTo(contributions_, std::move(signal));
  if (consumer.node->pendingInputs_++ == 0) schedule_.mark(consumer.node->position);
  input.set(std::move(signal));
}

inline void Renderer::push(NodeRenderer& node, int outputIndex, Signal&& signal) {
  const Output& output = node.outputs_[outputIndex];
  if (output.count == 0 || node.muted) return;
  const Consumer* consumer = output.consumers;
  for (const Consumer* last = consumer + output.count - 1; consumer < last; ++consumer) give(*consumer, signal.share());
  give(*consumer, std::move(signal));
}

}  // namespace mediant::audio
