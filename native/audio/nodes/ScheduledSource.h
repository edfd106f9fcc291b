// What AudioScheduledSourceNodes have in common: start and stop times, sleep until the start, the ended event.
// https://webaudio.github.io/web-audio-api/#AudioScheduledSourceNode
#pragma once

#include <cstdint>
#include <memory>

#include "NodeTypes.h"

namespace mediant::audio {

// The first frame whose time is not before `seconds`.
int64_t firstFrameAtOrAfter(double seconds, double sampleRate);

class ScheduledSource : public NodeRenderer, public Sleeper {
 public:
  explicit ScheduledSource(const NodeSetup& setup);

  void leave(Renderer& renderer) override;
  void wake(Renderer& renderer) override { renderer.activate(*this); }

 protected:
  // Sleeps until `frame`, or runs from this quantum on when that is not before its end.
  void runFrom(Renderer& renderer, int64_t frame);
  // Stops running and posts the ended event.
  void finish(Renderer& renderer, int64_t frame);
  bool finished() const { return !ended_; }

 private:
  std::unique_ptr<EventRecord> ended_;
};

// A source that computes any frame between its start and its stop: ConstantSourceNode, OscillatorNode.
class SpanSource : public ScheduledSource {
 public:
  using ScheduledSource::ScheduledSource;

  static void handleStart(const NodeMessage& message);
  static void handleStop(const NodeMessage& message);

  void process(Renderer& renderer) final;

 protected:
  // Writes frames [from, to) of the quantum to `output`, whose other frames the caller zeroes.
  virtual void produce(Renderer& renderer, float* output, size_t from, size_t to) = 0;

  double startTime() const { return startTime_; }
  int64_t startFrame() const { return startFrame_; }

 private:
  void start(Renderer& renderer, double when);
  void stop(Renderer& renderer, double when);

  double startTime_ = 0;  // seconds
  int64_t startFrame_ = INT64_MAX;
  int64_t stopFrame_ = INT64_MAX;
};

}  // namespace mediant::audio
