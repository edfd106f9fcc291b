// https://webaudio.github.io/web-audio-api/#PannerNode
#include <algorithm>
#include <cmath>

#include "../dsp/HrtfPanner.h"
#include "../dsp/Panner.h"
#include "../kernels/Kernels.h"
#include "ChannelPointers.h"
#include "Listener.h"
#include "NodeTypes.h"

namespace mediant::audio {

namespace {

class PannerRenderer final : public NodeRenderer {
 public:
  explicit PannerRenderer(const NodeSetup& setup)
      : NodeRenderer(setup), modelFadeStep_(1 / std::ceil(kModelFade * setup.sampleRate)) {}

  void set(const PannerSettings& settings, bool hrtf) {
    settings_ = settings;
    hrtfWanted_ = hrtf;
  }
  // Leaves what was there to be freed on the control thread.
  void exchange(std::unique_ptr<HrtfPanner>& hrtf) { hrtf_.swap(hrtf); }

  bool hasHrtf = false;  // control thread

  void process(Renderer& renderer) override {
    Signal input = takeInput(renderer, 0);
    if (!input && !active) return;
    const bool silent = !input || input.silent();
    const double model = hrtfWanted_ && hrtf_ ? 1 : 0;
    // Where nothing sounds there is nothing to fade.
    if (soundEnd_ < renderer.frame() && !active) hrtfShare_ = model;
    if (silent && !active) {
      renderer.push(*this, 0, renderer.silence(2));
      return;
    }
    pan(renderer, input, silent, model);
    if (!silent) soundEnd_ = renderer.endFrame();
    // https://webaudio.github.io/web-audio-api/#tail-time: that of "HRTF" is the length of the responses.
    if (hrtfShare_ == 0 && active) hrtf_->reset();
    if (hrtfShare_ == 0 || hrtf_->settled()) {
      renderer.deactivate(*this);
    } else {
      renderer.activate(*this);
    }
  }

 private:
  static constexpr double kModelFade = 0.02;  // seconds, from one panning model to the other

  struct Place {
    ParamValues values[6];
    VectorView position, orientation;
    ListenerView listener;
  };

  // The input is empty in the tail.
  void pan(Renderer& renderer, Signal& input, bool silent, double model) {
    Place place;
    for (int i = 0; i < 6; ++i) place.values[i] = param(i).compute(renderer);
    place.position = {place.values[0], place.values[1], place.values[2]};
    place.orientation = {place.values[3], place.values[4], place.values[5]};
    ListenerRenderer* listener = renderer.listener();
    place.listener = listener ? listener->view(renderer) : ListenerRenderer::kDefault;
    if (!silent) input.applyGain();

    const double share = hrtfShare_;
    const double reached = share + modelFadeStep_ * static_cast<double>(renderer.quantum()) * (model > share ? 1 : -1);
    hrtfShare_ = model > share ? std::min(model, reached) : std::max(model, reached);
    Signal output;
    if (share < 1 || hrtfShare_ < 1) output = panByEqualPower(renderer, input, silent, place);
    if (share > 0 || hrtfShare_ > 0) {
      Signal binaural = panByHrtf(renderer, input, silent, place);
      output ? mix(renderer, output, binaural, share, model) : std::swap(output, binaural);
    }
    renderer.push(*this, 0, std::move(output));
  }

  Signal panByEqualPower(Renderer& renderer, Signal& input, bool silent, const Place& place) {
    Signal output = renderer.allocate(2);
    if (silent) {
      for (int i = 0; i < 2; ++i) kernels().fill(output.channel(i), 0, renderer.quantum());
    } else {
      panEqualPower(settings_, ChannelPointers(input), channelsOf(input), ChannelPointers(output), renderer.quantum(),
                    place.position, place.orientation, place.listener);
    }
    return output;
  }

  // https://webaudio.github.io/web-audio-api/#Spatialization-hrtf-panning; all params are k-rate.
  Signal panByHrtf(Renderer& renderer, Signal& input, bool silent, const Place& place) {
    Signal output = renderer.allocate(2);
    const HrtfPanner::Target target = aim(place);
    if (silent) {
      hrtf_->process(nullptr, 1, ChannelPointers(output), renderer.quantum(), target);
    } else {
      hrtf_->process(ChannelPointers(input), channelsOf(input), ChannelPointers(output), renderer.quantum(), target);
    }
    return output;
  }

  HrtfPanner::Target aim(const Place& place) const {
    const Vector3 source = place.position.at(0), listener = place.listener.position.at(0);
    const Direction direction = directionOf(source, listener, place.listener.forward.at(0), place.listener.up.at(0));
    const double gain = coneGain(settings_, source, place.orientation.at(0), listener) *
                        distanceGain(settings_, distanceBetween(source, listener));
    return {direction.azimuth, direction.elevation, static_cast<float>(gain)};
  }

  // From one model to the other: output += share × (binaural − output), with a share that moves on towards `model`.
  void mix(Renderer& renderer, Signal& output, Signal& binaural, double share, double model) const {
    const Kernels& k = kernels();
    const size_t n = renderer.quantum();
    Signal shares = renderer.allocate(1);
    float* const weights = shares.channel(0);
    k.ramp(weights, share, model > share ? modelFadeStep_ : -modelFadeStep_, n);
    k.clamp(weights, weights, 0, 1, 0, n);
    for (int i = 0; i < 2; ++i) {
      k.addScaled(binaural.channel(i), output.channel(i), -1, n);
      k.addMultiplied(output.channel(i), binaural.channel(i), weights, n);
    }
  }

  // The constraints on the channel count leave one or two channels.
  static size_t channelsOf(const Signal& input) { return input.channels() == 1 ? 1 : 2; }

  PannerSettings settings_;
  bool hrtfWanted_ = false;
  std::unique_ptr<HrtfPanner> hrtf_;  // once "HRTF" was asked for, where there are responses
  const double modelFadeStep_;        // of the share, a frame
  double hrtfShare_ = 0;              // of the output that "HRTF" makes: 0 or 1, but for the fade between
  int64_t soundEnd_ = -1;             // where the last quantum with sound in it ended
};

void setPanner(const NodeMessage& message) {
  PannerRenderer* const node = rendererOf<PannerRenderer>(message);
  const bool hrtf = message.choice<PanningModel>(0, static_cast<int>(PanningModel::HRTF) + 1) == PanningModel::HRTF;
  PannerSettings settings;
  settings.distanceModel = message.choice<DistanceModel>(1, static_cast<int>(DistanceModel::Exponential) + 1);
  settings.refDistance = message.argument(2, settings.refDistance);
  settings.maxDistance = message.argument(3, settings.maxDistance);
  settings.rolloffFactor = message.argument(4, settings.rolloffFactor);
  settings.coneInnerAngle = message.argument(5, settings.coneInnerAngle);
  settings.coneOuterAngle = message.argument(6, settings.coneOuterAngle);
  settings.coneOuterGain = message.argument(7, settings.coneOuterGain);

  std::shared_ptr<const HrtfSet> set = hrtf && !node->hasHrtf ? hrtfOfListener(message.graph) : nullptr;
  std::unique_ptr<HrtfPanner> made = set ? std::make_unique<HrtfPanner>(std::move(set)) : nullptr;
  if (made) node->hasHrtf = true;
  message.batch.post([node, settings, hrtf, made = std::move(made)]() mutable {
    node->set(settings, hrtf);
    if (made) node->exchange(made);
  });
}

const NodeMessageHandler kHandlers[] = {{NodeOp::SetPanner, setPanner}};

}  // namespace

const NodeType kPannerType = {NodeKind::Panner, 1, 1, 6, makeNode<PannerRenderer>, kHandlers, 1, false, true};

}  // namespace mediant::audio
