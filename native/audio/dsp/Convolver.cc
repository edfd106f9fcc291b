#include "Convolver.h"

#include <algorithm>
#include <cmath>

#include "../kernels/Kernels.h"
#include "History.h"

namespace mediant::audio {

namespace {

// Block size, and the tap at which the level begins and at which the next takes over.
struct LevelPlan {
  size_t block, begin, end;
};
constexpr LevelPlan kPlan[] = {{128, 128, 2048}, {1024, 2048, 16384}, {8192, 16384, SIZE_MAX}};

struct alignas(kSpectrumLine * sizeof(float)) Line {
  float bins[kSpectrumLine] = {};
};

// One spectrum in split form. What is left of its last line stays zero.
class Spectrum {
 public:
  explicit Spectrum(size_t bins) : lines_((bins + kSpectrumLine - 1) / kSpectrumLine), memory_(2 * lines_) {}

  float* real() { return memory_[0].bins; }
  float* imag() { return memory_[lines_].bins; }
  size_t lines() const { return lines_; }
  void clear() { std::fill(memory_.begin(), memory_.end(), Line()); }

 private:
  size_t lines_;
  std::vector<Line> memory_;
};

// Several, line by line, as Kernels::addProducts takes them: whoever works on some lines of all of them reads memory in
// order.
class Spectra {
 public:
  Spectra(size_t count, size_t bins) : count_(count), memory_(2 * count * Spectrum(bins).lines()) {}

  void set(size_t index, Spectrum& spectrum) {
    for (size_t line = 0; line < spectrum.lines(); line++) {
      Line* to = &memory_[2 * (line * count_ + index)];
      std::copy_n(spectrum.real() + line * kSpectrumLine, kSpectrumLine, to[0].bins);
      std::copy_n(spectrum.imag() + line * kSpectrumLine, kSpectrumLine, to[1].bins);
    }
  }
  const float* line(size_t line) const { return memory_[2 * line * count_].bins; }
  void clear() { std::fill(memory_.begin(), memory_.end(), Line()); }

 private:
  size_t count_;
  std::vector<Line> memory_;
};

}  // namespace

// The transform of one block size, and its work space.
struct Convolver::Level {
  Level(size_t block, size_t partitions)
      : block(block),
        partitions(partitions),
        fft(std::make_unique<Fft>(2 * block)),
        spectrum(fft->bins()),
        time(2 * block) {}

  // A level of the smallest blocks is worked off at once, the others in as many pieces as there are of those.
  size_t pieces() const { return block / kBlock; }

  size_t block;
  size_t partitions;
  std::unique_ptr<Fft> fft;
  Spectrum spectrum;
  std::vector<float> time;
};

// One channel of input: the newest frames, and for each level the spectra of as many blocks as it has partitions.
struct Convolver::Input {
  Input(const std::vector<Level>& levels) : history(2 * (levels.empty() ? kBlock : levels.back().block)) {
    for (const Level& level : levels) {
      spectra.emplace_back(level.partitions, level.fft->bins());
      newest.push_back(0);
    }
  }

  History history;
  std::vector<Spectra> spectra;  // by level, of as many blocks as there are partitions
  std::vector<size_t> newest;    // by level: the one written last
};

// From one input through one channel of the response to one output.
struct Convolver::Path {
  size_t input, output;
  std::vector<float> head;         // taps of the direct part
  std::vector<Spectra> responses;  // by level, of each partition
  std::vector<Spectrum> sums;      // by level, in progress
  std::vector<float> future;       // frames to come, a ring
  size_t position = 0;             // of the current block in it
};

double normalizationScale(const BufferView& response) {
  constexpr double kGainCalibration = 0.00125, kGainCalibrationSampleRate = 44100, kMinPower = 0.000125;
  double power = 0;
  for (size_t channel = 0; channel < response.channelCount; channel++) {
    for (size_t i = 0; i < response.length; i++) {
      const double sample = response.channels[channel][i];
      power += sample * sample;
    }
  }
  power = std::sqrt(power / static_cast<double>(response.channelCount * response.length));
  if (!std::isfinite(power) || power < kMinPower) power = kMinPower;
  double scale = kGainCalibration / power;
  if (response.sampleRate > 0) scale *= kGainCalibrationSampleRate / response.sampleRate;
  if (response.channelCount == 4) scale *= 0.5;
  return scale;
}

Convolver::Convolver(const BufferView& response, bool normalize)
    : length_(response.length), responseChannels_(response.channelCount), silentFrames_(response.length) {
  const float scale = normalize ? static_cast<float>(normalizationScale(response)) : 1;
  for (const LevelPlan& plan : kPlan) {
    if (length_ <= plan.begin) break;
    const size_t end = std::min(length_, plan.end);
    levels_.emplace_back(plan.block, (end - plan.begin + plan.block - 1) / plan.block);
  }
  for (size_t i = 0; i < 2; i++) inputs_.emplace_back(levels_);

  const size_t largest = levels_.empty() ? kBlock : levels_.back().block;
  for (size_t i = 0; i < std::max<size_t>(responseChannels_, 2); i++) {
    const float* taps = response.channels[std::min(i, responseChannels_ - 1)];
    Path path;
    // https://webaudio.github.io/web-audio-api/#Convolution-channel-configurations
    path.input = responseChannels_ == 4 ? i / 2 : i;
    path.output = i % 2;
    for (size_t tap = 0; tap < std::min(length_, kBlock); tap++) path.head.push_back(taps[tap] * scale);
    for (size_t l = 0; l < levels_.size(); l++) {
      Level& level = levels_[l];
      const size_t bins = level.fft->bins();
      path.responses.emplace_back(level.partitions, bins);
      path.sums.emplace_back(bins);
      for (size_t partition = 0; partition < level.partitions; partition++) {
        std::fill(level.time.begin(), level.time.end(), 0.0f);
        const size_t begin = kPlan[l].begin + partition * level.block;
        const size_t end = std::min({begin + level.block, length_, kPlan[l].end});
        for (size_t tap = begin; tap < end; tap++) level.time[tap - begin] = taps[tap] * scale;
        level.fft->forward(level.time.data(), level.spectrum.real(), level.spectrum.imag());
        path.responses[l].set(partition, level.spectrum);
      }
    }
    path.future.resize(4 * largest);
    paths_.push_back(std::move(path));
  }
}

Convolver::~Convolver() = default;

size_t Convolver::outputChannels(size_t inputChannels) const {
  return inputChannels == 1 && responseChannels_ == 1 && !soundsStereo() ? 1 : 2;
}

void Convolver::process(const float* const* input, size_t inputChannels, float* const* output, size_t n,
                        ChannelInterpretation interpretation) {
  if (settled()) stereo_ = false;
  // A response of several channels runs both inputs all along.
  if (responseChannels_ > 1) {
    stereo_ = true;
  } else if (inputChannels > 1) {
    if (!soundsStereo()) beginStereo(interpretation);
    monoFrames_ = 0;
  } else {
    stereo_ = soundsStereo();
    monoFrames_ += n;
  }
  silentFrames_ = input ? 0 : silentFrames_ + n;
  const bool repeated = responseChannels_ > 1 || interpretation == ChannelInterpretation::Speakers;
  for (size_t done = 0; done < n;) {
    const size_t count = std::min(n - done, kBlock - position_);
    const float* in[2] = {nullptr, nullptr};
    if (input) {
      in[0] = input[0] + done;
      if (inputChannels > 1) {
        in[1] = input[1] + done;
      } else if (repeated) {
        in[1] = in[0];
      }
    }
    float* out[2] = {output[0] + done, stereo_ ? output[1] + done : nullptr};
    processBlock(in, out, count);
    done += count;
  }
}

// Up to now there was one input; as a second one its past is the same, or silence.
void Convolver::beginStereo(ChannelInterpretation interpretation) {
  stereo_ = true;
  Path& path = paths_[1];
  inputs_[1] = inputs_[0];
  path.future = paths_[0].future;
  path.position = paths_[0].position;
  path.sums = paths_[0].sums;
  if (interpretation == ChannelInterpretation::Speakers) return;
  inputs_[1].history.clear();
  kernels().fill(path.future.data(), 0, path.future.size());
  for (Spectra& spectra : inputs_[1].spectra) spectra.clear();
  for (Spectrum& sum : path.sums) sum.clear();
}

// Frames of one block of 128: the direct part, and what the transforms have prepared.
void Convolver::processBlock(const float* const* input, float* const* output, size_t n) {
  const Kernels& k = kernels();
  const size_t active = stereo_ ? 2 : 1;
  for (size_t i = 0; i < active; i++) inputs_[i].history.append(input[i], n);
  bool written[2] = {false, false};
  for (Path& path : paths_) {
    if (path.input >= active) continue;
    float direct[kBlock];
    k.convolve(direct, inputs_[path.input].history.end() - n, path.head.data(), path.head.size(), n);
    float* prepared = path.future.data() + path.position + position_;
    k.add(direct, prepared, n);
    k.fill(prepared, 0, n);
    if (written[path.output]) {
      k.add(output[path.output], direct, n);
    } else {
      k.copy(output[path.output], direct, n);
    }
    written[path.output] = true;
  }
  position_ += n;
  if (position_ == kBlock) finishBlock();
}

// At the end of each block of 128: whatever work is due.
void Convolver::finishBlock() {
  const Kernels& k = kernels();
  const size_t active = stereo_ ? 2 : 1;
  position_ = 0;
  blocks_++;
  for (Path& path : paths_) path.position = (path.position + kBlock) % path.future.size();

  for (size_t l = 0; l < levels_.size(); l++) {
    Level& level = levels_[l];
    const size_t piece = blocks_ % level.pieces();
    // A block is complete: its spectrum, and that of the block before it to overlap with, is the newest.
    if (piece == 0) {
      for (size_t i = 0; i < active; i++) {
        Input& input = inputs_[i];
        input.newest[l] = (input.newest[l] + level.partitions - 1) % level.partitions;
        level.fft->forward(input.history.end() - 2 * level.block, level.spectrum.real(), level.spectrum.imag());
        input.spectra[l].set(input.newest[l], level.spectrum);
      }
    }
    const bool last = piece + 1 == level.pieces();
    for (Path& path : paths_) {
      if (path.input >= active) continue;
      addProducts(path, l, piece);
      if (!last) continue;
      level.fft->inverse(path.sums[l].real(), path.sums[l].imag(), level.time.data());
      // The second half is free of wrap-around. The smallest level's taps begin one block away, and are heard from here
      // on. The others' begin two away, and the work on them ends a block of 128 before the second is over.
      const size_t lead = level.pieces() > 1 ? kBlock : 0;
      for (size_t done = 0; done < level.block; done += kBlock) {
        float* prepared = path.future.data() + (path.position + lead + done) % path.future.size();
        k.add(prepared, level.time.data() + level.block + done, kBlock);
      }
    }
  }
}

// The share of the bins that belongs to a piece of the work: the products of all partitions.
void Convolver::addProducts(Path& path, size_t l, size_t piece) {
  const Level& level = levels_[l];
  const Input& input = inputs_[path.input];
  Spectrum& sum = path.sums[l];
  const size_t begin = sum.lines() * piece / level.pieces(), end = sum.lines() * (piece + 1) / level.pieces();
  if (begin == end) return;
  kernels().addProducts(sum.real() + begin * kSpectrumLine, sum.imag() + begin * kSpectrumLine, input.spectra[l].line(begin),
                        path.responses[l].line(begin), input.newest[l], level.partitions, end - begin);
}

}  // namespace mediant::audio
