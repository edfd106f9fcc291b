#include "HrtfPanner.h"

#include <algorithm>
#include <cmath>

#include "../kernels/Kernels.h"

namespace mediant::audio {

namespace {

constexpr double kPi = 3.141592653589793238462643383280;
constexpr size_t kChunk = 128;
constexpr double kShortFade = 128.0 / 48000, kLongFade = 1024.0 / 48000;  // seconds
constexpr double kJumpDegrees = 20;
constexpr float kJumpGain = 2;

// A filter that delays by a part of a frame, and by kLead frames: a sinc in a Hann window.
constexpr size_t kDelayTaps = 16;
constexpr double kLead = kDelayTaps / 2 - 1;

// The angles of the window at whole frames.
const struct WindowAngles {
  double cosine[kDelayTaps], sine[kDelayTaps];
  WindowAngles() {
    for (size_t i = 0; i < kDelayTaps; i++) {
      cosine[i] = std::cos(2 * kPi / kDelayTaps * (static_cast<double>(i) - kLead));
      sine[i] = std::sin(2 * kPi / kDelayTaps * (static_cast<double>(i) - kLead));
    }
  }
} kWindowAngles;

void makeDelayTaps(float* taps, double fraction) {
  const double sine = std::sin(kPi * fraction) / kPi;
  const double cosineOfPart = std::cos(2 * kPi / kDelayTaps * fraction), sineOfPart = std::sin(2 * kPi / kDelayTaps * fraction);
  for (size_t i = 0; i < kDelayTaps; i++) {
    const double x = static_cast<double>(i) - kLead - fraction;
    const double window = 0.5 + 0.5 * (kWindowAngles.cosine[i] * cosineOfPart + kWindowAngles.sine[i] * sineOfPart);
    // sin(πx) of whole steps only changes its sign.
    const double sinc = x == 0 ? 1 : (i % 2 == 0 ? 1 : -1) * sine / x;
    taps[i] = static_cast<float>(window * sinc);
  }
}

// Degrees between two directions.
double angleBetween(const HrtfPanner::Target& a, const HrtfPanner::Target& b) {
  constexpr double kRadians = kPi / 180;
  const double cosine = std::sin(a.elevation * kRadians) * std::sin(b.elevation * kRadians) +
                        std::cos(a.elevation * kRadians) * std::cos(b.elevation * kRadians) *
                            std::cos((a.azimuth - b.azimuth) * kRadians);
  return std::acos(std::min(1.0, std::max(-1.0, cosine))) / kRadians;
}

bool isJump(const HrtfPanner::Target& from, const HrtfPanner::Target& to) {
  const float louder = std::max(from.gain, to.gain), quieter = std::min(from.gain, to.gain);
  return louder > kJumpGain * quieter || angleBetween(from, to) > kJumpDegrees;
}

}  // namespace

HrtfPanner::HrtfPanner(std::shared_ptr<const HrtfSet> set)
    : set_(std::move(set)),
      reach_(static_cast<size_t>(std::ceil(set_->maxDelayFrames())) + set_->taps() + kDelayTaps),
      shortFade_(std::max<size_t>(1, static_cast<size_t>(kShortFade * set_->sampleRate()))),
      longFade_(std::max<size_t>(1, static_cast<size_t>(kLongFade * set_->sampleRate()))),
      silentFrames_(reach_),
      monoFrames_(reach_),
      left_(reach_ + kChunk),
      right_(reach_ + kChunk),
      blend_(set_->taps() + 2 * (kDelayTaps - 1)) {
  for (size_t ear = 0; ear < kEars; ear++) {
    now_[ear].taps.resize(reach_);
    next_[ear].taps.resize(reach_);
  }
}

// The response of the left ear for `azimuth`, between measured ones, with its delay and gain.
void HrtfPanner::build(Response& response, double azimuth, const Target& target) {
  const Kernels& k = kernels();
  const HrtfSet::Blend blend = set_->at(azimuth, target.elevation);
  float* const sum = blend_.data() + kDelayTaps - 1;  // amid zeros
  k.scale(sum, blend.responses[0], blend.weights[0] * target.gain, set_->taps());
  for (size_t i = 1; i < 4; i++) k.addScaled(sum, blend.responses[i], blend.weights[i] * target.gain, set_->taps());

  const double whole = std::floor(blend.delayFrames);
  float delay[kDelayTaps];
  makeDelayTaps(delay, blend.delayFrames - whole);
  k.fill(response.taps.data() + response.begin, 0, response.end - response.begin);
  response.begin = static_cast<size_t>(whole);
  response.end = response.begin + set_->taps() + kDelayTaps - 1;
  k.convolve(response.taps.data() + response.begin, sum, delay, kDelayTaps, response.end - response.begin);
}

// Takes aim: at once where nothing can be heard yet, else by a fade.
void HrtfPanner::begin(const Target& target, size_t quantum) {
  const bool silent = settled();
  Response* const responses = silent ? now_ : next_;
  build(responses[0], target.azimuth, target);
  build(responses[1], -target.azimuth, target);
  if (!silent) {
    const size_t least = isJump(target_, target) ? longFade_ : shortFade_;
    fadeFrames_ = quantum < least ? (least + quantum - 1) / quantum * quantum : std::min(quantum, longFade_);
    fadePosition_ = 0;
  }
  target_ = target;
}

// Returns what the right ear hears. A second input has the past of the first, which both ears have heard.
const History& HrtfPanner::append(const float* const* input, size_t channels, size_t done, size_t n) {
  const bool stereo = input && channels > 1;
  const bool twoPasts = monoFrames_ < reach_;
  if (stereo && !twoPasts) right_.copyFrom(left_);
  left_.append(input ? input[0] + done : nullptr, n);
  if (stereo || twoPasts) right_.append(input ? input[stereo ? 1 : 0] + done : nullptr, n);
  monoFrames_ = stereo ? 0 : monoFrames_ + n;
  silentFrames_ = input ? 0 : silentFrames_ + n;
  return stereo || twoPasts ? right_ : left_;
}

void HrtfPanner::convolve(float* output, const History& history, size_t ear, size_t n) const {
  const Kernels& k = kernels();
  const Response& now = now_[ear];
  const float* const x = history.end() - n;
  if (fadeFrames_ == 0) {
    k.convolve(output, x - now.begin, now.taps.data() + now.begin, now.end - now.begin, n);
    return;
  }
  const Response& next = next_[ear];
  const size_t begin = std::min(now.begin, next.begin), end = std::max(now.end, next.end);
  const float step = 1 / static_cast<float>(fadeFrames_);
  k.convolveFading(output, x - begin, now.taps.data() + begin, next.taps.data() + begin, end - begin,
                   static_cast<float>(fadePosition_ + 1) * step, step, n);
}

void HrtfPanner::endFade() {
  for (size_t ear = 0; ear < kEars; ear++) std::swap(now_[ear], next_[ear]);
  fadeFrames_ = 0;
}

void HrtfPanner::reset() {
  left_.clear();
  right_.clear();
  silentFrames_ = monoFrames_ = reach_;
}

void HrtfPanner::process(const float* const* input, size_t channels, float* const* output, size_t n, const Target& target) {
  if (fadeFrames_ > 0 && settled()) endFade();
  for (size_t done = 0; done < n;) {
    const bool aimed = now_[0].end > 0 && target == target_;
    if (fadeFrames_ == 0 && !aimed) begin(target, n);
    size_t count = std::min(n - done, kChunk);
    if (fadeFrames_ > 0) count = std::min(count, fadeFrames_ - fadePosition_);

    const History& right = append(input, channels, done, count);
    convolve(output[0] + done, left_, 0, count);
    convolve(output[1] + done, right, 1, count);
    done += count;
    if (fadeFrames_ == 0) continue;
    fadePosition_ += count;
    if (fadePosition_ == fadeFrames_) endFade();
  }
}

}  // namespace mediant::audio
