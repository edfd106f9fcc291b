// Which backend is in use, and which outputs it has. Any thread.
#pragma once

#include <string>
#include <vector>

#include "device/AudioBackend.h"

namespace mediant::device {

// What a context plays to.
struct Sink {
  bool isNone = false;  // AudioSinkType "none": the silent clock
  std::string device;   // an OutputInfo::id, or empty for the default device
};

struct OutputList {
  const AudioBackend* backend;
  std::vector<OutputInfo> outputs;  // at least one; the first is the default
};

// The first backend that has outputs: PulseAudio, ALSA, the silent clock. `forced` (a backend's name, or empty) leaves the
// choice to the user. An answer is kept for two seconds.
OutputList outputDevices(const std::string& forced);

// The output behind `sink`; the default one where there is no such device.
struct FoundOutput {
  const AudioBackend* backend;
  OutputInfo info;
};
FoundOutput outputInfo(const Sink& sink, const std::string& forced);

// Opens `sink`. A default device that isn't there is the silent clock; a named one that isn't there is an error, as is a
// device that refuses.
OpenResult openOutput(const Sink& sink, const OutputRequest& request, const std::string& forced, Waker& cancel);

// Forgets the kept answer: a device came or went.
void forgetOutputs();

}  // namespace mediant::device
