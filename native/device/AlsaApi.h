// The part of libasound's binary interface that AlsaBackend uses; names follow the library's, without its prefix.
#pragma once

#include <poll.h>

#include <cstddef>

namespace mediant::device::alsa {

struct Pcm;

enum : int { kStreamPlayback = 0 };
enum : int { kOpenNonBlocking = 1 };
enum : int { kFormatS16 = 2, kFormatFloat = 14 };  // little-endian
enum : int { kAccessInterleaved = 3 };
enum : int { kTypeNull = 4 };

struct Functions {
  int (*pcmOpen)(Pcm**, const char* name, int stream, int mode);
  int (*pcmClose)(Pcm*);
  int (*pcmType)(Pcm*);
  int (*pcmSetParams)(Pcm*, int format, int access, unsigned channels, unsigned rate, int resample, unsigned latencyMicroseconds);
  int (*pcmGetParams)(Pcm*, unsigned long* bufferFrames, unsigned long* periodFrames);
  long (*pcmAvailUpdate)(Pcm*);
  long (*pcmWritei)(Pcm*, const void*, unsigned long frames);
  int (*pcmRecover)(Pcm*, int error, int silent);
  int (*pcmPrepare)(Pcm*);
  int (*pcmDrop)(Pcm*);
  int (*pcmDelay)(Pcm*, long* frames);
  int (*pcmPollDescriptorsCount)(Pcm*);
  int (*pcmPollDescriptors)(Pcm*, pollfd*, unsigned count);
  int (*pcmPollDescriptorsRevents)(Pcm*, pollfd*, unsigned count, unsigned short* revents);
  int (*deviceNameHint)(int card, const char* kind, void*** hints);
  char* (*deviceNameGetHint)(const void* hint, const char* id);
  int (*deviceNameFreeHint)(void** hints);
  int (*errorSetHandler)(void (*handler)(const char* file, int line, const char* function, int error, const char* format, ...));
};

// The library's functions, loaded on first use; null where it isn't installed.
const Functions* functions();

// Whether there is something to open: a sound card, or a configuration of the user's that may name something else.
bool deviceIsLikely();

}  // namespace mediant::device::alsa
