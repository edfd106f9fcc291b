// PulseAudio, and PipeWire through its PulseAudio server. libpulse's asynchronous API is driven by the thread that
// renders: its main loop runs inside wait().
#include <algorithm>
#include <utility>

#include "device/AudioBackend.h"
#include "device/PulseApi.h"
#include "device/Waker.h"

namespace mediant::device {

namespace {

using namespace pulse;

// How long a server may take altogether before it counts as absent: while script waits, and on a driver's thread, where a
// device that has to wake up first (Bluetooth) has its time.
constexpr double kProbeSeconds = 0.3;
constexpr double kOpenSeconds = 5;

constexpr int kNativeFloat32 =
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    kSampleFloat32BigEndian;
#else
    kSampleFloat32LittleEndian;
#endif

// https://webaudio.github.io/web-audio-api/#ChannelOrdering
ChannelMap channelMap(int channels) {
  static constexpr int kMono[] = {kPositionMono};
  static constexpr int kSurround[] = {kPositionFrontLeft, kPositionFrontRight, kPositionFrontCenter, kPositionLfe,
                                      kPositionRearLeft,  kPositionRearRight,  kPositionSideLeft,    kPositionSideRight};
  static constexpr int kQuad[] = {kPositionFrontLeft, kPositionFrontRight, kPositionRearLeft, kPositionRearRight};
  const int* known = channels == 1 ? kMono : channels == 4 ? kQuad : kSurround;
  const bool isNamed = channels == 1 || channels == 2 || channels == 4 || channels == 6 || channels == 8;
  ChannelMap map{};
  map.channels = static_cast<std::uint8_t>(channels);
  for (int i = 0; i < channels; ++i) map.map[i] = isNamed ? known[i] : kPositionAux0 + i;
  return map;
}

// A main loop and a connection to the server.
class Connection {
 public:
  Connection(const Functions& api, double limitSeconds)
      : api_(api), deadline_(monotonicNow() + fromSeconds(limitSeconds)), loop_(api.mainloopNew()) {
    if (loop_ != nullptr) context_ = api_.contextNew(api_.mainloopGetApi(loop_), "Mediant");
  }

  ~Connection() {
    if (context_ != nullptr) {
      api_.contextDisconnect(context_);
      api_.contextUnref(context_);
    }
    unwatch();
    if (loop_ != nullptr) api_.mainloopFree(loop_);
  }

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Lets wake() end iterate(). The waker stays rung until the caller drains it.
  void watch(Waker& waker) {
    unwatch();
    MainloopApi* loopApi = api_.mainloopGetApi(loop_);
    wakeEvent_ = loopApi->ioNew(
        loopApi, waker.descriptor(), kIoEventInput,
        [](MainloopApi*, IoEvent*, int, int, void* self) { static_cast<Connection*>(self)->woken_ = true; }, this);
  }

  bool connect() {
    if (context_ == nullptr) return false;
    if (api_.contextConnect(context_, nullptr, kContextNoAutospawn, nullptr) < 0) return false;
    return runUntil([this] { return state() == kContextReady; });
  }

  // Turns the main loop until `done`, the connection fails, the waker is rung or the server takes too long to answer.
  template <typename Done>
  bool runUntil(Done done) {
    while (!done()) {
      if (isLost() || woken_ || monotonicNow() >= deadline_) return false;
      if (!iterate(deadline_)) return false;
    }
    return true;
  }

  bool runOperation(Operation* operation) {
    if (operation == nullptr) return false;
    const bool done = runUntil([&] { return api_.operationGetState(operation) != kOperationRunning; });
    api_.operationUnref(operation);
    return done;
  }

  // One turn of the main loop; false when it is broken.
  bool iterate(Nanoseconds deadline) {
    int timeout = -1;
    if (deadline != kNever) {
      const Nanoseconds left = std::clamp<Nanoseconds>(deadline - monotonicNow(), 0, 60 * kNanosecondsPerSecond);
      timeout = static_cast<int>((left + 999) / 1000);
    }
    return api_.mainloopPrepare(loop_, timeout) >= 0 && api_.mainloopPoll(loop_) >= 0 &&
           api_.mainloopDispatch(loop_) >= 0;
  }

  bool takeWoken() { return std::exchange(woken_, false); }
  int state() const { return api_.contextGetState(context_); }
  bool isLost() const { return state() == kContextFailed || state() == kContextTerminated; }
  Context* context() const { return context_; }

 private:
  void unwatch() {
    if (wakeEvent_ != nullptr) api_.mainloopGetApi(loop_)->ioFree(wakeEvent_);
    wakeEvent_ = nullptr;
    woken_ = false;
  }

  const Functions& api_;
  const Nanoseconds deadline_;  // for runUntil()
  Mainloop* loop_ = nullptr;
  Context* context_ = nullptr;
  IoEvent* wakeEvent_ = nullptr;
  bool woken_ = false;
};

class PulseStream final : public OutputStream {
 public:
  PulseStream(const Functions& api, const OutputRequest& request)
      : connection_(api, kOpenSeconds), api_(api), sampleRate_(request.sampleRate),
        frameBytes_(sizeof(float) * static_cast<std::size_t>(request.channels)) {}

  ~PulseStream() override {
    if (stream_ == nullptr) return;
    api_.streamSetUnderflowCallback(stream_, nullptr, nullptr);
    api_.streamDisconnect(stream_);
    api_.streamUnref(stream_);
  }

  DeviceError open(const OutputRequest& request, Waker& cancel) {
    if (connection_.context() == nullptr) return DeviceError::NotFound;
    connection_.watch(cancel);
    if (!connection_.connect()) return DeviceError::NotFound;

    const SampleSpec spec{kNativeFloat32, static_cast<std::uint32_t>(request.sampleRate + 0.5),
                          static_cast<std::uint8_t>(request.channels)};
    const ChannelMap map = channelMap(request.channels);
    stream_ = api_.streamNew(connection_.context(), "Web Audio", &spec, &map);
    if (stream_ == nullptr) return DeviceError::Unsupported;
    api_.streamSetUnderflowCallback(
        stream_, [](Stream*, void* self) { ++static_cast<PulseStream*>(self)->underruns_.events; }, this);

    // The server splits tlength between its device and this stream's queue, and asks for more in steps of minreq.
    const auto bytes = [this](int frames) { return static_cast<std::uint32_t>(frameBytes_ * static_cast<std::size_t>(frames)); };
    const BufferAttributes attributes{kUnset, bytes(request.bufferFrames), kUnset, bytes(request.periodFrames / 2), kUnset};
    const int flags = kStreamAdjustLatency | kStreamInterpolateTiming | kStreamAutoTimingUpdate;
    const char* device = request.device.empty() ? nullptr : request.device.c_str();
    if (api_.streamConnectPlayback(stream_, device, &attributes, flags, nullptr, nullptr) < 0) return failure();
    if (!connection_.runUntil([this] { return api_.streamGetState(stream_) == kStreamReady || isLost(); })) {
      return DeviceError::Lost;
    }
    return isLost() ? failure() : DeviceError::None;
  }

  void attach(Waker& waker) override {
    waker_ = &waker;
    connection_.watch(waker);
  }

  int wait(Nanoseconds deadline) override {
    if (isLost()) return kLost;
    int frames = paused_ ? 0 : writableFrames();
    if (frames != 0) return frames;
    if (!connection_.iterate(deadline) || isLost()) return kLost;
    if (connection_.takeWoken()) waker_->drain();
    return paused_ ? 0 : writableFrames();
  }

  float* begin(int& frames) override {
    void* data = nullptr;
    std::size_t bytes = static_cast<std::size_t>(frames) * frameBytes_;
    if (api_.streamBeginWrite(stream_, &data, &bytes) < 0 || data == nullptr) {
      frames = 0;
      return nullptr;
    }
    frames = std::min(frames, static_cast<int>(bytes / frameBytes_));
    if (underruns_.events > 0) countSilence();
    block_ = static_cast<float*>(data);
    return block_;
  }

  bool end(int frames) override {
    const std::size_t bytes = static_cast<std::size_t>(frames) * frameBytes_;
    if (api_.streamWrite(stream_, block_, bytes, nullptr, 0, kSeekRelative) < 0) return false;
    written_ += frames;
    lastWrite_ = monotonicNow();
    return true;
  }

  void pause(bool paused) override {
    if (paused == paused_) return;
    paused_ = paused;
    Operation* operation = api_.streamCork(stream_, paused, nullptr, nullptr);
    if (operation != nullptr) api_.operationUnref(operation);
  }

  OutputTiming timing() override {
    std::uint64_t microseconds = 0;
    int negative = 0;
    if (api_.streamGetLatency(stream_, &microseconds, &negative) >= 0) {
      latencySeconds_ = negative ? 0 : static_cast<double>(microseconds) * 1e-6;
    }
    const Nanoseconds now = monotonicNow();
    double frame = static_cast<double>(written_) - latencySeconds_ * sampleRate_;
    if (api_.streamGetTime(stream_, &microseconds) >= 0) frame = static_cast<double>(microseconds) * 1e-6 * sampleRate_;
    return {std::clamp(frame, 0.0, static_cast<double>(written_)), now, latencySeconds_};
  }

  Underruns takeUnderruns() override { return std::exchange(underruns_, {}); }

  bool isAudible() const override { return true; }

 private:
  bool isLost() const {
    if (connection_.isLost()) return true;
    const int state = api_.streamGetState(stream_);
    return state == kStreamFailed || state == kStreamTerminated;
  }

  DeviceError failure() const {
    switch (api_.contextErrno(connection_.context())) {
      case kErrorNoEntity:
        return DeviceError::NotFound;
      case kErrorInvalid:
      case kErrorNotSupported:
        return DeviceError::Unsupported;
      default:
        return DeviceError::Lost;
    }
  }

  // The server says that it ran dry, not for how long: what the time since the last write had room for beyond the buffer.
  void countSilence() {
    const double buffered = api_.streamGetBufferAttributes(stream_)->tlength / static_cast<double>(frameBytes_);
    underruns_.frames += std::max(0.0, toSeconds(monotonicNow() - lastWrite_) * sampleRate_ - buffered);
  }

  int writableFrames() const {
    const std::size_t bytes = api_.streamWritableSize(stream_);
    return bytes == static_cast<std::size_t>(-1) ? kLost : static_cast<int>(bytes / frameBytes_);
  }

  Connection connection_;
  Waker* waker_ = nullptr;
  const Functions& api_;
  Stream* stream_ = nullptr;
  const double sampleRate_;
  const std::size_t frameBytes_;
  float* block_ = nullptr;
  std::int64_t written_ = 0;
  Nanoseconds lastWrite_ = 0;
  double latencySeconds_ = 0;
  bool paused_ = false;
  Underruns underruns_;
};

struct SinkList {
  std::string defaultName;
  std::vector<OutputInfo> sinks;
};

std::vector<OutputInfo> outputs() {
  const Functions* api = serverIsLikely() ? functions() : nullptr;
  if (api == nullptr) return {};
  Connection connection(*api, kProbeSeconds);
  if (!connection.connect()) return {};

  SinkList list;
  const bool known =
      connection.runOperation(api->contextGetServerInfo(
          connection.context(),
          [](Context*, const ServerInfo* info, void* userdata) {
            if (info != nullptr && info->defaultSinkName != nullptr) {
              static_cast<SinkList*>(userdata)->defaultName = info->defaultSinkName;
            }
          },
          &list)) &&
      connection.runOperation(api->contextGetSinkInfoList(
          connection.context(),
          [](Context*, const SinkInfo* info, int endOfList, void* userdata) {
            if (endOfList != 0 || info == nullptr) return;
            auto& result = *static_cast<SinkList*>(userdata);
            result.sinks.push_back({info->name, info->description != nullptr ? info->description : info->name,
                                    static_cast<double>(info->sampleSpec.rate), info->sampleSpec.channels,
                                    info->name == result.defaultName});
          },
          &list));
  if (!known) return {};
  std::stable_partition(list.sinks.begin(), list.sinks.end(), [](const OutputInfo& sink) { return sink.isDefault; });
  if (!list.sinks.empty()) list.sinks.front().isDefault = true;
  return std::move(list.sinks);
}

OpenResult open(const OutputRequest& request, Waker& cancel) {
  const Functions* api = serverIsLikely() ? functions() : nullptr;
  if (api == nullptr) return {nullptr, DeviceError::NotFound};
  auto stream = std::make_unique<PulseStream>(*api, request);
  const DeviceError error = stream->open(request, cancel);
  if (error != DeviceError::None) return {nullptr, error};
  return {std::move(stream), DeviceError::None};
}

}  // namespace

const AudioBackend pulseBackend{"pulse", outputs, open};

}  // namespace mediant::device
