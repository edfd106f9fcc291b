// The part of libpulse's binary interface that PulseBackend uses. Names of constants, fields and functions are those of
// the library's documentation, without its prefix; layouts are its public ABI, unchanged since version 0.9.
#pragma once

#include <sys/time.h>

#include <cstddef>
#include <cstdint>

namespace mediant::device::pulse {

struct Mainloop;
struct Context;
struct Stream;
struct Operation;
struct IoEvent;

enum : int { kSampleFloat32LittleEndian = 5, kSampleFloat32BigEndian = 6 };
enum : int { kContextReady = 4, kContextFailed = 5, kContextTerminated = 6 };
enum : int { kStreamReady = 2, kStreamFailed = 3, kStreamTerminated = 4 };
enum : int { kOperationRunning = 0 };
enum : int { kSeekRelative = 0 };
enum : int { kIoEventInput = 1 };
enum : int { kErrorNoEntity = 5, kErrorInvalid = 3, kErrorNotSupported = 19 };
enum : int { kContextNoAutospawn = 0x0001 };
enum : int {
  kStreamStartCorked = 0x0001,
  kStreamInterpolateTiming = 0x0002,
  kStreamAutoTimingUpdate = 0x0008,
  kStreamAdjustLatency = 0x2000,
};
enum : int {
  kPositionMono = 0,
  kPositionFrontLeft = 1,
  kPositionFrontRight = 2,
  kPositionFrontCenter = 3,
  kPositionRearLeft = 5,
  kPositionRearRight = 6,
  kPositionLfe = 7,
  kPositionSideLeft = 10,
  kPositionSideRight = 11,
  kPositionAux0 = 12,
};
constexpr int kMaxChannels = 32;
constexpr std::uint32_t kUnset = UINT32_MAX;

struct SampleSpec {
  int format;
  std::uint32_t rate;
  std::uint8_t channels;
};

struct ChannelMap {
  std::uint8_t channels;
  int map[kMaxChannels];
};

struct BufferAttributes {
  std::uint32_t maxlength, tlength, prebuf, minreq, fragsize;
};

struct ServerInfo {
  const char *userName, *hostName, *serverVersion, *serverName;
  SampleSpec sampleSpec;
  const char *defaultSinkName, *defaultSourceName;
  // more follows
};

struct SinkInfo {
  const char* name;
  std::uint32_t index;
  const char* description;
  SampleSpec sampleSpec;
  ChannelMap channelMap;
  // more follows
};

struct MainloopApi {
  void* userdata;
  IoEvent* (*ioNew)(MainloopApi*, int descriptor, int events,
                    void (*callback)(MainloopApi*, IoEvent*, int descriptor, int events, void* userdata), void* userdata);
  void (*ioEnable)(IoEvent*, int events);
  void (*ioFree)(IoEvent*);
  // more follows
};

using ServerInfoCallback = void (*)(Context*, const ServerInfo*, void* userdata);
using SinkInfoCallback = void (*)(Context*, const SinkInfo*, int endOfList, void* userdata);
using StreamCallback = void (*)(Stream*, void* userdata);

struct Functions {
  Mainloop* (*mainloopNew)();
  void (*mainloopFree)(Mainloop*);
  MainloopApi* (*mainloopGetApi)(Mainloop*);
  int (*mainloopPrepare)(Mainloop*, int timeoutMicroseconds);
  int (*mainloopPoll)(Mainloop*);
  int (*mainloopDispatch)(Mainloop*);
  Context* (*contextNew)(MainloopApi*, const char* name);
  int (*contextConnect)(Context*, const char* server, int flags, const void* spawnApi);
  int (*contextGetState)(const Context*);
  int (*contextErrno)(const Context*);
  void (*contextDisconnect)(Context*);
  void (*contextUnref)(Context*);
  Operation* (*contextGetServerInfo)(Context*, ServerInfoCallback, void* userdata);
  Operation* (*contextGetSinkInfoList)(Context*, SinkInfoCallback, void* userdata);
  int (*operationGetState)(const Operation*);
  void (*operationUnref)(Operation*);
  Stream* (*streamNew)(Context*, const char* name, const SampleSpec*, const ChannelMap*);
  int (*streamConnectPlayback)(Stream*, const char* device, const BufferAttributes*, int flags, const void* volume,
                               Stream* sync);
  int (*streamGetState)(const Stream*);
  std::size_t (*streamWritableSize)(const Stream*);
  int (*streamBeginWrite)(Stream*, void** data, std::size_t* bytes);
  int (*streamWrite)(Stream*, const void* data, std::size_t bytes, void (*release)(void*), std::int64_t offset, int seek);
  Operation* (*streamCork)(Stream*, int corked, void* callback, void* userdata);
  int (*streamGetTime)(Stream*, std::uint64_t* microseconds);
  int (*streamGetLatency)(Stream*, std::uint64_t* microseconds, int* negative);
  const BufferAttributes* (*streamGetBufferAttributes)(Stream*);
  void (*streamSetUnderflowCallback)(Stream*, StreamCallback, void* userdata);
  int (*streamDisconnect)(Stream*);
  void (*streamUnref)(Stream*);
};

// The library's functions, loaded on first use; null where it isn't installed.
const Functions* functions();

// Whether it is worth loading the library: a server's socket, or a setting that names a server, is in one of the places
// where the library looks. Costs a few system calls.
bool serverIsLikely();

}  // namespace mediant::device::pulse
