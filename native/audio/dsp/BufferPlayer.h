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
  // Positions in frames of the buffer.
  struct Loop {
    double start;
    double end;
    double length() const { return end - start; }
  };

  uint64_t frameAt(double seconds) const;
  void settleLoop();
  void begin(uint64_t frame, double rate);
  void updateLoop(double step);
  size_t produce(float* const* output, size_t from, size_t to, double step);
  float interpolate(const float* channel) const;

  double sampleRate_;
  BufferView buffer_;
  bool loop_ = false;
  double loopStart_ = 0;  // seconds
  double loopEnd_ = 0;
  Loop actualLoop_{0, 0};  // "actualLoopStart" and "actualLoopEnd"; the whole buffer while it does not loop

  bool started_ = false;   // start() was called
  bool playing_ = false;   // the first frame has been played
  bool enteredLoop_ = false;
  bool finished_ = false;
  double when_ = 0;        // seconds
  uint64_t startFrame_ = kNever;
  uint64_t stopFrame_ = kNever;
  double offset_ = 0;
  double duration_ = -1;
  double startPosition_ = 0;  // buffer frames: where playback began, without the part of a frame before the first one
  double position_ = 0;       // buffer frames: the playhead
  double elapsed_ = 0;        // seconds of the buffer played, to compare with `duration`
};

}  // namespace mediant::audio
