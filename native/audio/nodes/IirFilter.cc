// https://webaudio.github.io/web-audio-api/#IIRFilterNode
#include "../dsp/IirFilter.h"

#include "FilterRenderer.h"

namespace mediant::audio {

namespace {

class IirFilterRenderer final : public FilterRenderer {
 public:
  IirFilterRenderer(const NodeSetup& setup, const double* feedforward, size_t feedforwardLength, const double* feedback,
                    size_t feedbackLength)
      : FilterRenderer(setup), iir_(feedforward, feedforwardLength, feedback, feedbackLength, kMaxChannels) {}

 protected:
  Signal filter(Renderer& renderer, Signal signal) override {
    signal.makeWritable();
    const ChannelPointers pointers(signal);
    iir_.process(pointers, pointers, static_cast<size_t>(signal.channels()), renderer.quantum());
    return signal;
  }
  bool settled(uint64_t) const override { return iir_.settled(); }
  void reset() override { iir_.reset(); }

 private:
  IirFilter iir_;
};

// Arguments: how many feedforward and feedback coefficients, then those. Without sense they make a filter that passes
// all.
NodeParts makeIirFilter(const NodeSetup& setup) {
  constexpr int kMost = static_cast<int>(IirFilter::kMaxLength);
  const int feedforward = setup.integer(0, 0, kMost), feedback = setup.integer(1, 0, kMost);
  const bool sound = feedforward > 0 && feedback > 0 && setup.argumentCount >= 2 + feedforward + feedback &&
                     setup.arguments[2 + feedforward] != 0;
  static constexpr double kOne[] = {1};
  if (!sound) return {std::make_unique<IirFilterRenderer>(setup, kOne, size_t{1}, kOne, size_t{1}), nullptr};
  const double* coefficients = setup.arguments + 2;
  return {std::make_unique<IirFilterRenderer>(setup, coefficients, static_cast<size_t>(feedforward), coefficients + feedforward,
                                              static_cast<size_t>(feedback)),
          nullptr};
}

}  // namespace

const NodeType kIirFilterType = {NodeKind::IIRFilter, 1, 1, 0, makeIirFilter, nullptr, 0, false, true};

}  // namespace mediant::audio
