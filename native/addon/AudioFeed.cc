#include "addon/AudioFeed.h"

namespace mediant::addon {

Napi::Function AudioFeed::define(Napi::Env env) {
  return DefineClass(env, "AudioFeed",
                     {InstanceMethod("start", &AudioFeed::start), InstanceMethod("stop", &AudioFeed::stop),
                      InstanceMethod("push", &AudioFeed::push), InstanceMethod("loop", &AudioFeed::loop),
                      InstanceMethod("clear", &AudioFeed::clear), InstanceMethod("queuedFrames", &AudioFeed::queuedFrames),
                      InstanceMethod("close", &AudioFeed::close)});
}

AudioFeed::AudioFeed(const Napi::CallbackInfo& info) : Napi::ObjectWrap<AudioFeed>(info) {
  if (!info[0].IsTypedArray() || !info[2].IsFunction()) return;
  auto memory = info[0].As<Napi::Float32Array>();
  const audio::PcmRing ring = audio::PcmRing::in(memory.Data(), memory.ElementLength());
  if (!ring) return;
  const Napi::Env env = info.Env();
  channel_ = EventChannel::open(env, [](void* self) { static_cast<AudioFeed*>(self)->deliver(); }, this);
  if (channel_ == nullptr) return;
  ring_ = Napi::Persistent(memory);
  notify_ = Napi::Persistent(info[2].As<Napi::Function>());
  channels_ = ring.channels();
  const auto notify = [](void* channel) { static_cast<EventChannel*>(channel)->notify(); };
  feed_ = std::make_unique<device::Feed>(ring, info[1].As<Napi::Number>().Uint32Value(), notify, channel_);
  napi_add_env_cleanup_hook(env, shutDownHook, this);
}

// Also at the end of the environment.
void AudioFeed::shutDown() {
  if (feed_ == nullptr) return;
  napi_remove_env_cleanup_hook(Env(), shutDownHook, this);
  feed_.reset();  // from here on no thread uses the channel
  channel_->close();
  channel_ = nullptr;
  ring_.Reset();
  notify_.Reset();
}

void AudioFeed::deliver() {
  const Napi::Env env = Env();
  const Napi::HandleScope scope(env);
  napi_value self = Value();
  if (feed_ == nullptr || self == nullptr) return;
  if (napi_call_function(env, self, notify_.Value(), 0, nullptr, nullptr) == napi_ok) return;
  napi_value error = nullptr;
  if (napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
}

Napi::Value AudioFeed::start(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), feed_ != nullptr && feed_->start());
}

void AudioFeed::stop(const Napi::CallbackInfo&) {
  if (feed_ != nullptr) feed_->stop();
}

bool AudioFeed::readChannels(const Napi::Value& value, const float** channels, size_t* frames) const {
  if (feed_ == nullptr || !value.IsArray() || value.As<Napi::Array>().Length() != static_cast<uint32_t>(channels_)) return false;
  for (uint32_t i = 0; i < static_cast<uint32_t>(channels_); ++i) {
    const Napi::Value item = value.As<Napi::Array>().Get(i);
    if (!item.IsTypedArray() || item.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array) return false;
    auto samples = item.As<Napi::Float32Array>();
    if (i > 0 && samples.ElementLength() != *frames) return false;
    *frames = samples.ElementLength();
    channels[i] = samples.Data();
  }
  return true;
}

void AudioFeed::push(const Napi::CallbackInfo& info) {
  const float* channels[audio::kMaxChannels];
  size_t frames = 0;
  if (readChannels(info[0], channels, &frames)) feed_->push(channels, frames);
}

void AudioFeed::loop(const Napi::CallbackInfo& info) {
  const float* channels[audio::kMaxChannels];
  size_t frames = 0;
  if (readChannels(info[0], channels, &frames)) feed_->loop(channels, frames);
}

void AudioFeed::clear(const Napi::CallbackInfo&) {
  if (feed_ != nullptr) feed_->clear();
}

Napi::Value AudioFeed::queuedFrames(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), feed_ == nullptr ? 0 : static_cast<double>(feed_->queuedFrames()));
}

}  // namespace mediant::addon
