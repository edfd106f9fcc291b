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

// Arguments: how many feedforward and feedback coefficients, then those. Without sense they make a filter that passes all.
NodeParts makeIirFilter(const NodeSetup& setup) {
  constexpr double kMost = static_cast<double>(IirFilter::kMaxLength);
  const double feedforward = setup.argument(0, 0), feedback = setup.argument(1, 0);
  const bool sound = feedforward >= 1 && feedforward <= kMost && feedback >= 1 && feedback <= kMost &&
                     setup.argumentCount >= 2 + static_cast<int>(feedforward) + static_cast<int>(feedback) &&
                     setup.arguments[2 + static_cast<int>(feedforward)] != 0;
  static constexpr double kOne[] = {1};
  if (!sound) return {std::make_unique<IirFilterRenderer>(setup, kOne, size_t{1}, kOne, size_t{1}), nullptr};
  const double* coefficients = setup.arguments + 2;
  const size_t feedforwardLength = static_cast<size_t>(feedforward);
  return {std::make_unique<IirFilterRenderer>(setup, coefficients, feedforwardLength, coefficients + feedforwardLength,
                                              static_cast<size_t>(feedback)),
          nullptr};
}

}  // namespace

const NodeType kIirFilterType = {NodeKind::IIRFilter, 1, 1, 0, makeIirFilter, nullptr, 0, false, true};

}  // namespace mediant::audio
