// The channels of an AudioBuffer whose content has been acquired, borrowed from the control thread.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "../dsp/BufferPlayer.h"
#include "NodeTypes.h"

namespace mediant::audio {

class BorrowedBuffer {
 public:
  BorrowedBuffer(const std::shared_ptr<Lease>* channels, int count, double sampleRate) : sampleRate_(sampleRate) {
    for (int i = 0; i < std::min(count, kMaxChannels); ++i) {
      leases_.push_back(channels[i]);
      data_.push_back(channels[i]->data());
      length_ = i == 0 ? channels[i]->length() : std::min(length_, channels[i]->length());
    }
  }

  BufferView view() const { return {data_.data(), data_.size(), length_, sampleRate_}; }

 private:
  std::vector<std::shared_ptr<Lease>> leases_;
  std::vector<const float*> data_;
  size_t length_ = 0;
  double sampleRate_;
};

}  // namespace mediant::audio
