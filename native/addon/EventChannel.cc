#include "addon/EventChannel.h"

namespace mediant::addon {

EventChannel* EventChannel::open(Napi::Env env, void (*handle)(void*), void* owner) {
  auto* channel = new EventChannel(handle, owner);
  channel->env_ = env;
  const auto finalize = [](napi_env, void* data, void*) { delete static_cast<EventChannel*>(data); };
  const Napi::String name = Napi::String::New(env, "mediant");
  const napi_status status = napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, channel, finalize, channel,
                                                             deliver, &channel->function_);
  if (status != napi_ok) {
    delete channel;
    return nullptr;
  }
  napi_unref_threadsafe_function(env, channel->function_);
  return channel;
}

void EventChannel::notify() {
  if (isPending_.exchange(true, std::memory_order_acq_rel)) return;
  napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking);
}

void EventChannel::hold(bool hold) {
  if (hold) {
    napi_ref_threadsafe_function(env_, function_);
  } else {
    napi_unref_threadsafe_function(env_, function_);
  }
}

void EventChannel::close() {
  owner_ = nullptr;
  napi_release_threadsafe_function(function_, napi_tsfn_abort);
}

void EventChannel::deliver(napi_env env, napi_value, void* context, void*) {
  auto* channel = static_cast<EventChannel*>(context);
  channel->isPending_.store(false, std::memory_order_release);
  if (env == nullptr || channel->owner_ == nullptr) return;
  channel->handle_(channel->owner_);
}

}  // namespace mediant::addon
