// The "HRTF" panning of a PannerNode: each ear's channel is the input convolved with the response of that ear.
// https://webaudio.github.io/web-audio-api/#Spatialization-hrtf-panning
//
// The specification leaves open what happens while a source moves. Here a response is that of one direction, its
// interaural delay and the gain of the distance included, and gives way to the next by a cross-fade; delays of neighbouring
// directions are so close that this is as good as gliding. A fade lasts one render quantum, yet 2.7 ms at least, or 21
// ms where a source jumps.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "History.h"
#include "HrtfSet.h"

namespace mediant::audio {

class HrtfPanner {
 public:
  struct Target {
    double azimuth = 0;  // degrees
    double elevation = 0;
    float gain = 1;

    bool operator==(const Target& other) const {
      return azimuth == other.azimuth && elevation == other.elevation && gain == other.gain;
    }
  };

  // Control thread.
  explicit HrtfPanner(std::shared_ptr<const HrtfSet> set);

  // n frames of one render quantum, from 1 or 2 channels to 2, of which none is an input; null: silence in. Of two
  // channels each ear hears its own. A sound that begins has `target` from its first frame.
  void process(const float* const* input, size_t channels, float* const* output, size_t n, const Target& target);

  // Whether the tail of all past input is over.
  bool settled() const { return silentFrames_ >= reach_; }
  // Frames after the last of the input in which there may be sound.
  size_t tailFrames() const { return reach_; }
  // Forgets all past input.
  void reset();

 private:
  static constexpr size_t kEars = 2;

  // What one ear hears, from `begin` to `end`; the taps around are 0.
  struct Response {
    std::vector<float> taps;
    size_t begin = 0, end = 0;
  };

  void build(Response& response, double azimuth, const Target& target);
  void begin(const Target& target, size_t quantum);
  void endFade();
  const History& append(const float* const* input, size_t channels, size_t done, size_t n);
  void convolve(float* output, const History& history, size_t ear, size_t n) const;

  std::shared_ptr<const HrtfSet> set_;
  size_t reach_;            // the longest delay and response
  size_t shortFade_, longFade_;
  Target target_;           // of `next_` in a fade, else of `now_`
  Response now_[kEars], next_[kEars];
  size_t fadeFrames_ = 0;   // 0: no fade
  size_t fadePosition_ = 0;
  uint64_t silentFrames_;
  uint64_t monoFrames_;     // since there was an input of two channels
  History left_, right_;    // the right one is only kept while there are two channels to be heard
  std::vector<float> blend_;
};

}  // namespace mediant::audio
