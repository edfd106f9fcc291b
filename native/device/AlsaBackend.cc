// ALSA, for machines without a sound server.
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "device/AlsaApi.h"
#include "device/AudioBackend.h"
#include "device/Waker.h"

namespace mediant::device {

namespace {

using namespace alsa;

constexpr char kDefaultDevice[] = "default";

struct Format {
  int code;
  std::size_t sampleBytes;
};
constexpr Format kFormats[] = {{kFormatFloat, sizeof(float)}, {kFormatS16, sizeof(std::int16_t)}};

class AlsaStream final : public OutputStream {
 public:
  AlsaStream(const Functions& api, const OutputRequest& request) : api_(api), sampleRate_(request.sampleRate), channels_(request.channels) {}

  ~AlsaStream() override {
    if (pcm_ == nullptr) return;
    api_.pcmDrop(pcm_);
    api_.pcmClose(pcm_);
  }

  DeviceError open(const OutputRequest& request) {
    const char* name = request.device.empty() ? kDefaultDevice : request.device.c_str();
    if (api_.pcmOpen(&pcm_, name, kStreamPlayback, kOpenNonBlocking) < 0) {
      pcm_ = nullptr;
      return DeviceError::NotFound;
    }
    if (api_.pcmType(pcm_) == kTypeNull) return DeviceError::NotFound;  // takes samples without regard to time
    const auto latency = static_cast<unsigned>(1e6 * request.bufferFrames / request.sampleRate);
    const auto rate = static_cast<unsigned>(std::lround(request.sampleRate));
    for (const Format& format : kFormats) {
      if (api_.pcmSetParams(pcm_, format.code, kAccessInterleaved, static_cast<unsigned>(channels_), rate, 1, latency) < 0) continue;
      isFloat_ = format.code == kFormatFloat;
      unsigned long buffer = 0, period = 0;
      if (api_.pcmGetParams(pcm_, &buffer, &period) < 0) return DeviceError::Unsupported;
      bufferFrames_ = static_cast<int>(buffer);
      samples_.resize(buffer * static_cast<std::size_t>(channels_));
      if (!isFloat_) integers_.resize(samples_.size());
      const int count = api_.pcmPollDescriptorsCount(pcm_);
      if (count <= 0) return DeviceError::Unsupported;
      descriptors_.resize(static_cast<std::size_t>(count) + 1);
      return DeviceError::None;
    }
    return DeviceError::Unsupported;
  }

  void attach(Waker& waker) override { waker_ = &waker; }

  int wait(Nanoseconds deadline) override {
    if (paused_) {
      waker_->waitUntil(deadline);
      return 0;
    }
    const int frames = writableFrames();
    if (frames != 0) return frames;

    const std::size_t count = descriptors_.size() - 1;
    api_.pcmPollDescriptors(pcm_, descriptors_.data(), static_cast<unsigned>(count));
    descriptors_[count] = {waker_->descriptor(), POLLIN, 0};
    int timeout = -1;
    if (deadline != kNever) timeout = static_cast<int>(std::max<Nanoseconds>(0, deadline - monotonicNow()) / 1'000'000 + 1);
    if (poll(descriptors_.data(), descriptors_.size(), timeout) < 0) return errno == EINTR ? 0 : kLost;
    if (descriptors_[count].revents != 0) waker_->drain();
    unsigned short events = 0;
    if (api_.pcmPollDescriptorsRevents(pcm_, descriptors_.data(), static_cast<unsigned>(count), &events) < 0) return kLost;
    return events != 0 ? writableFrames() : 0;
  }

  float* begin(int& frames) override {
    frames = std::min(frames, bufferFrames_);
    return samples_.data();
  }

  bool end(int frames) override {
    int done = 0;
    while (done < frames) {
      const long written = api_.pcmWritei(pcm_, sampleData(done, frames), static_cast<unsigned long>(frames - done));
      if (written >= 0) {
        done += static_cast<int>(written);
      } else if (written == -EAGAIN) {
        return true;  // can't be: no more is written than there was room for; the rest would be late anyway
      } else if (!recover(static_cast<int>(written))) {
        return false;
      }
    }
    written_ += frames;
    return true;
  }

  void pause(bool paused) override {
    if (paused == paused_) return;
    paused_ = paused;
    // Few devices can hold their buffer, so the little that is in it goes.
    emptyAt_ = 0;
    if (paused) {
      api_.pcmDrop(pcm_);
    } else {
      api_.pcmPrepare(pcm_);
    }
  }

  OutputTiming timing() override {
    long delay = 0;
    if (api_.pcmDelay(pcm_, &delay) < 0 || delay < 0) delay = 0;
    const double frame = static_cast<double>(written_ - delay);
    const double latencySeconds = static_cast<double>(delay) / sampleRate_;
    const Nanoseconds now = monotonicNow();
    emptyAt_ = now + fromSeconds(latencySeconds);
    return {std::max(frame, 0.0), now, latencySeconds};
  }

  Underruns takeUnderruns() override { return std::exchange(underruns_, {}); }

  bool isAudible() const override { return true; }

 private:
  int writableFrames() {
    long available = api_.pcmAvailUpdate(pcm_);
    if (available < 0) {
      if (!recover(static_cast<int>(available))) return kLost;
      available = api_.pcmAvailUpdate(pcm_);
    }
    return available < 0 ? kLost : static_cast<int>(std::min<long>(available, bufferFrames_));
  }

  bool recover(int error) {
    if (error == -EPIPE) {
      // The device says that it ran dry, not for how long.
      underruns_.events += 1;
      if (emptyAt_ > 0) underruns_.frames += std::max(0.0, toSeconds(monotonicNow() - emptyAt_) * sampleRate_);
      emptyAt_ = 0;
    }
    return api_.pcmRecover(pcm_, error, 1) >= 0;
  }

  const void* sampleData(int from, int to) {
    const std::size_t start = static_cast<std::size_t>(from) * static_cast<std::size_t>(channels_);
    if (isFloat_) return samples_.data() + start;
    const std::size_t end = static_cast<std::size_t>(to) * static_cast<std::size_t>(channels_);
    for (std::size_t i = start; i < end; ++i) {
      integers_[i] = static_cast<std::int16_t>(std::lrintf(std::clamp(samples_[i], -1.0f, 1.0f) * 32767.0f));
    }
    return integers_.data() + start;
  }

  const Functions& api_;
  Pcm* pcm_ = nullptr;
  Waker* waker_ = nullptr;
  const double sampleRate_;
  const int channels_;
  int bufferFrames_ = 0;
  bool isFloat_ = true;
  bool paused_ = false;
  std::int64_t written_ = 0;
  Nanoseconds emptyAt_ = 0;  // when what was written last will have been played
  std::vector<float> samples_;
  std::vector<std::int16_t> integers_;
  std::vector<pollfd> descriptors_;
  Underruns underruns_;
};

std::string takeHint(const Functions& api, const void* hint, const char* id) {
  char* text = api.deviceNameGetHint(hint, id);
  const std::string result = text != nullptr ? text : "";
  std::free(text);
  return result;
}

std::vector<OutputInfo> outputs() {
  const Functions* api = deviceIsLikely() ? functions() : nullptr;
  if (api == nullptr) return {};
  Pcm* pcm = nullptr;
  if (api->pcmOpen(&pcm, kDefaultDevice, kStreamPlayback, kOpenNonBlocking) < 0) return {};
  const bool isNull = api->pcmType(pcm) == kTypeNull;
  api->pcmClose(pcm);
  if (isNull) return {};

  std::vector<OutputInfo> list{{kDefaultDevice, "Default ALSA output", 48000, 2, true}};
  void** hints = nullptr;
  if (api->deviceNameHint(-1, "pcm", &hints) < 0) return list;
  for (void** hint = hints; *hint != nullptr; ++hint) {
    const std::string name = takeHint(*api, *hint, "NAME");
    const std::string direction = takeHint(*api, *hint, "IOID");  // empty: both
    if (name.empty() || name == "null" || name == kDefaultDevice || direction == "Input") continue;
    std::string label = takeHint(*api, *hint, "DESC");
    std::replace(label.begin(), label.end(), '\n', ' ');
    list.push_back({name, label.empty() ? name : label, 48000, 2, false});
  }
  api->deviceNameFreeHint(hints);
  return list;
}

OpenResult open(const OutputRequest& request, Waker&) {
  const Functions* api = deviceIsLikely() ? functions() : nullptr;
  if (api == nullptr) return {nullptr, DeviceError::NotFound};
  auto stream = std::make_unique<AlsaStream>(*api, request);
  const DeviceError error = stream->open(request);
  if (error != DeviceError::None) return {nullptr, error};
  return {std::move(stream), DeviceError::None};
}

}  // namespace

const AudioBackend alsaBackend{"alsa", outputs, open};

}  // namespace mediant::device
