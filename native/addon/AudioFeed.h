// A Feed as script sees it: `AudioFeed` of src/host/node/addon.ts.
#pragma once

#include <napi.h>

#include <memory>

#include "addon/EventChannel.h"
#include "device/Feed.h"

namespace mediant::addon {

class AudioFeed final : public Napi::ObjectWrap<AudioFeed> {
 public:
  static Napi::Function define(Napi::Env env);

  // ring: Float32Array, lowFrames, notify: () => void. Without a ring that is one it does nothing.
  explicit AudioFeed(const Napi::CallbackInfo& info);
  ~AudioFeed() override { shutDown(); }

  // → whether there is a thread
  Napi::Value start(const Napi::CallbackInfo& info);
  void stop(const Napi::CallbackInfo& info);
  // channels: Float32Array[], all of one length
  void push(const Napi::CallbackInfo& info);
  void loop(const Napi::CallbackInfo& info);
  void clear(const Napi::CallbackInfo& info);
  Napi::Value queuedFrames(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo&) { shutDown(); }

 private:
  static void shutDownHook(void* self) { static_cast<AudioFeed*>(self)->shutDown(); }
  void shutDown();
  void deliver();
  // The arrays' memory and their length; false when they are not the ring's channels.
  bool readChannels(const Napi::Value& value, const float** channels, size_t* frames) const;

  int channels_ = 0;
  std::unique_ptr<device::Feed> feed_;
  EventChannel* channel_ = nullptr;
  Napi::Reference<Napi::Float32Array> ring_;
  Napi::FunctionReference notify_;
};

}  // namespace mediant::addon
