// The playback algorithm of AudioBufferSourceNode.
// https://webaudio.github.io/web-audio-api/#playback-AudioBufferSourceNode
#pragma once

#include <cstddef>
#include <cstdint>

namespace mediant::audio {

// Channel data of an AudioBuffer, borrowed.
struct BufferView {
  const float* const* channels = nullptr;
  size_t channelCount = 0;
  size_t length = 0;  // frames
  double sampleRate = 0;
};

// Render thread; allocates nothing.
class BufferPlayer {
 public:
  static constexpr uint64_t kNever = UINT64_MAX;

  // What render() wrote: frames [begin, end) of the output hold the buffer's signal, all others are zero. Once
  // `finished`, nothing will ever be written again, and the node's ended event is due.
  struct Result {
    size_t begin = 0;
    size_t end = 0;
    bool finished = false;
  };

  explicit BufferPlayer(double sampleRate) : sampleRate_(sampleRate) {}

  // May be called at any time, before or after start(). channelCount 0 means no buffer: silence.
  void setBuffer(const BufferView& buffer);
  void setLoop(bool loop, double loopStart, double loopEnd);  // seconds

  // Seconds of context time, seconds of buffer time; duration < 0: not given.
  void start(double when, double offset, double duration);
  void stop(double when);

  // Writes n frames, beginning at context frame `frame`, to as many output channels as the buffer has. The playback
  // rate and detune parameters are k-rate: their values at the first frame.
  Result render(float* const* output, uint64_t frame, size_t n, float playbackRate, float detune);

  bool finished() const { return finished_; }
  // The first frame at which there is something to do: to start, or to finish. kNever before start().
  uint64_t firstFrame() const;

 private:
  struct Loop {
    double start;  // buffer frames
    double end;
  };

  Loop actualLoop() const;
  void begin(uint64_t frame, double rate);
  void produce(float* const* output, size_t from, size_t to, double rate);
  void copyFrames(float* const* output, size_t from, size_t position, size_t n) const;
  float interpolate(const float* channel, double position, const Loop& loop, double rate) const;

  double sampleRate_;
  BufferView buffer_;
  bool loop_ = false;
  double loopStart_ = 0;
  double loopEnd_ = 0;

  bool started_ = false;   // start() was called
  bool playing_ = false;   // the start time has passed
  bool enteredLoop_ = false;
  bool finished_ = false;
  double when_ = 0;
  double offset_ = 0;
  double duration_ = -1;
  double stop_ = -1;       // seconds, −1: not given
  double position_ = 0;    // playhead, in buffer frames
  double elapsed_ = 0;     // buffer seconds played, for `duration`
};

}  // namespace mediant::audio
