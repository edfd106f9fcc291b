// Where sound goes: a backend is a row of functions, an open device an OutputStream.
//
// The driver (RealtimeDriver) is a loop over wait() → begin() → end(); a stream never calls back and owns no thread,
// so the thread that renders is the thread that talks to the device. docs/architecture.md, "Threads".
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "device/Clock.h"

namespace mediant::device {

class Waker;

// Why an output could not be opened or went away; the first word of EngineEvent::DeviceFailed.
enum class DeviceError : int {
  None = 0,
  NotFound = 1,     // no such device, or no server to ask
  Unsupported = 2,  // the device refuses the rate or channel count
  Lost = 3,         // it was unplugged, or its server went away
  Stalled = 4,      // it takes no samples, or takes them without regard to time
  Abandoned = 5,    // the context was closed before the device was open
};

struct OutputInfo {
  std::string id;
  std::string label;
  double sampleRate = 48000;
  int channels = 2;
  bool isDefault = false;
};

struct OutputRequest {
  std::string device;  // an OutputInfo::id, or empty for the default device
  double sampleRate = 48000;
  int channels = 2;
  int periodFrames = 512;   // how much the driver would like to write at a time
  int bufferFrames = 1472;  // how much may be on its way to the speaker
};

// A pair of times: `frame` of the stream is heard at `at`.
struct OutputTiming {
  double frame = 0;
  Nanoseconds at = 0;
  double latencySeconds = 0;  // from writing a frame to hearing it
};

// Driver thread only, except for construction, which may be another thread's if nothing runs meanwhile.
class OutputStream {
 public:
  virtual ~OutputStream() = default;

  static constexpr int kLost = -1;

  // Names the waker that ends wait(); called once, before anything else.
  virtual void attach(Waker& waker) = 0;

  // Blocks until the device wants samples, the waker was rung, or `deadline`. Returns how many frames
  // are wanted now (0: none yet), or kLost. A paused stream wants none.
  virtual int wait(Nanoseconds deadline) = 0;

  // Gives room for up to `frames` interleaved frames and sets it to how many there are; null from a device that has
  // no use for samples. end() hands over as many as begin() said.
  virtual float* begin(int& frames) = 0;
  virtual bool end(int frames) = 0;

  // A paused stream keeps what it has buffered, and goes on with that.
  virtual void pause(bool paused) = 0;

  virtual OutputTiming timing() = 0;

  // Drop-outs since the last call, and frames of time lost with them as far as the device can tell.
  struct Underruns {
    int events = 0;
    double frames = 0;
  };
  virtual Underruns takeUnderruns() = 0;

  // Whether a late sample is heard: such a stream's thread is worth real-time scheduling.
  virtual bool isAudible() const = 0;
};

struct OpenResult {
  std::unique_ptr<OutputStream> stream;
  DeviceError error = DeviceError::None;
};

struct AudioBackend {
  const char* name;
  // Lists outputs, the default one first; empty when the backend isn't usable here. Any thread; bounded in time.
  std::vector<OutputInfo> (*outputs)();
  // Any thread; bounded in time, and cut short when `cancel` is rung.
  OpenResult (*open)(const OutputRequest& request, Waker& cancel);
};

extern const AudioBackend pulseBackend;
extern const AudioBackend alsaBackend;
extern const AudioBackend silentBackend;

}  // namespace mediant::device
