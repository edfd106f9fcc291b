// The render engine as its two users see it: the control thread submits commands and collects what comes back, a driver
// calls render() from its own thread. The engine owns no thread, takes no lock and makes no operating system call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "Commands.h"

namespace mediant::audio {

// Sample memory lent to the engine with a batch. `release` is called exactly once, on the control thread, when the
// engine no longer reads `data`; it may be null.
struct Attachment {
  const float* data;
  size_t length;
  void* owner;
  void (*release)(void* owner);
};

class Graph;
class Renderer;

class Engine {
 public:
  struct Config {
    double sampleRate;
    int renderQuantumSize;
    int numberOfChannels;
    bool offline;
  };

  // `stateBlock` holds StateWord::Count doubles, belongs to the caller and outlives the engine.
  Engine(const Config& config, double* stateBlock);
  // No thread may be inside render(). Runs every release callback that is still due.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  const Config& config() const { return config_; }
  // Whether there was memory for what such a context needs. Otherwise it can be destroyed only.
  bool isWhole() const;

  // ---- control thread ----

  // Takes one batch of commands, applied together at a render quantum boundary. Returns its serial (1, 2, 3, …).
  // Malformed commands and commands to unknown nodes are ignored.
  uint64_t submit(const double* words, size_t count, const Attachment* attachments, size_t attachmentCount);
  // Frees what the render thread gave back and lets go of nodes that can no longer be heard or observed.
  void collect();
  // Moves whole events (four words each) to `words`; returns the number of words written.
  size_t takeEvents(double* words, size_t capacityWords);
  // AudioParam [[current value]] as of the newest render quantum; 0 for an unknown param.
  float paramValue(int node, int param) const;
  // The newest `n` frames of an analyser's down-mixed input, oldest first.
  void analyserTimeDomain(int node, float* out, size_t n);
  // Smoothed frequency data in decibels.
  void analyserFrequency(int node, float* out, size_t n);
  // DynamicsCompressorNode.reduction in decibels.
  float reduction(int node) const;
  // `wake` is called from the render thread when something waits for collect() and takeEvents(), once until they are
  // called. It must be wait-free. Set it before the first render().
  void setWake(void (*wake)(void* context), void* context);
  // Puts one event record aside for a postEvent() to come. A driver calls it for each request that will be answered by
  // an event.
  void reserveEvent();
  // StateWord::CurrentFrame; any thread.
  int64_t publishedFrame() const;
  // Nodes the graph holds, the destination included; for tests and diagnostics.
  size_t nodeCount() const;

  // ---- render thread (one at a time) ----

  // Renders one quantum into planar `output`. Sets flush-to-zero on entry and restores the caller's mode on exit.
  // Where `output` holds zeros already, silence need not be written.
  void render(float* const* output, int channels, bool isZero = false);
  // Says when frame `frame` is due, in seconds on a clock that all engines of the process share, and the seconds from one
  // frame to the next. What goes to or comes from other clocks needs that.
  void setTime(int64_t frame, double seconds, double framePeriod);
  // Takes the batches that wait without rendering: for a driver whose context is suspended.
  void applyBatches();
  // Whether script has got something to process since this was asked last: a render that is not bound to time waits for it.
  bool isScriptDue() const;
  bool takeScriptDue();
  // Posts an event to the control thread.
  void postEvent(EngineEvent type, double a = 0, double b = 0, double c = 0);
  int64_t currentFrame() const;

 private:
  Config config_;
  const double* state_;
  std::unique_ptr<Renderer> renderer_;
  std::unique_ptr<Graph> graph_;
};

}  // namespace mediant::audio
