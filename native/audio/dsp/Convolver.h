// The convolution of a ConvolverNode.
// https://webaudio.github.io/web-audio-api/#ConvolverNode
//
// The response is cut into parts. The first 128 taps are applied directly, so that nothing is late. What follows is
// convolved by Fourier transforms in blocks of 128, then 1024, then 8192 frames, where the taps are far enough away for
// a block to be complete. A block of the larger kinds is gathered, then worked on piecemeal while the next one is
// gathered, and heard while the one after that is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "../engine/Commands.h"
#include "BufferPlayer.h"
#include "Fft.h"

namespace mediant::audio {

class Convolver {
 public:
  // Control thread. A response of 1, 2 or 4 channels, which is copied.
  Convolver(const BufferView& response, bool normalize);
  ~Convolver();

  // How many channels process() writes for an input of 1 or 2:
  // https://webaudio.github.io/web-audio-api/#Convolution-channel-configurations
  size_t outputChannels(size_t inputChannels) const;

  // Writes n frames to outputChannels(inputChannels) channels; no output may be an input. Null: silence in. While some of an
  // input of two channels can still be heard, one of one channel is mixed up to two, as `interpretation` says.
  void process(const float* const* input, size_t inputChannels, float* const* output, size_t n,
               ChannelInterpretation interpretation = ChannelInterpretation::Speakers);

  // Whether the tail of all past input is over.
  bool settled() const { return silentFrames_ >= length_; }
  size_t length() const { return length_; }  // frames of the response

 private:
  static constexpr size_t kBlock = 128;

  struct Level;
  struct Input;
  struct Path;

  bool soundsStereo() const { return stereo_ && monoFrames_ + 1 < length_; }
  void beginStereo(ChannelInterpretation interpretation);
  void processBlock(const float* const* input, float* const* output, size_t n);
  void finishBlock();
  void addProducts(Path& path, size_t level, size_t piece);

  size_t length_;
  size_t responseChannels_;
  bool stereo_ = false;        // both inputs run; a mono response to a mono input needs but one
  uint64_t monoFrames_ = 0;    // since there was an input of two channels
  size_t position_ = 0;        // frames of the current block
  uint64_t blocks_ = 0;        // blocks finished
  uint64_t silentFrames_;
  std::vector<Level> levels_;
  std::vector<Input> inputs_;
  std::vector<Path> paths_;
};

// https://webaudio.github.io/web-audio-api/#dom-convolvernode-normalize
double normalizationScale(const BufferView& response);

}  // namespace mediant::audio
