#include "addon/UdpSocket.h"

#include "addon/packets.h"

namespace mediant::addon {

namespace {

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t end = std::min(list.find(',', start), list.size());
    parts.push_back(list.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

}  // namespace

Napi::Function UdpSocket::define(Napi::Env env) {
  return DefineClass(env, "UdpSocket",
                     {
                         InstanceAccessor<&UdpSocket::port>("port"),
                         InstanceAccessor<&UdpSocket::addresses>("addresses"),
                         InstanceAccessor<&UdpSocket::sendErrors>("sendErrors"),
                         InstanceAccessor<&UdpSocket::refusedLength>("refusedLength"),
                         InstanceMethod<&UdpSocket::receive>("receive"),
                         InstanceMethod<&UdpSocket::send>("send"),
                         InstanceMethod<&UdpSocket::close>("close"),
                     });
}

UdpSocket::UdpSocket(const Napi::CallbackInfo& info) : ObjectWrap(info), env_(info.Env()) {
  if (IsEmpty()) return;
  std::string error;
  std::unique_ptr<net::UdpSocket> socket =
      net::UdpSocket::bind(split(info[0].As<Napi::String>().Utf8Value()), info[1].As<Napi::Number>().Int32Value(), &error);
  uv_loop_t* loop = nullptr;
  if (socket != nullptr && napi_get_uv_event_loop(env_, &loop) != napi_ok) error = "this runtime has no event loop of libuv";
  if (loop == nullptr) {
    Napi::Error::New(info.Env(), error).ThrowAsJavaScriptException();
    return;
  }
  socket_ = socket.get();
  port_ = socket_->port();
  addresses_ = socket_->addresses();
  readable_ = Napi::Persistent(info[2].As<Napi::Function>());
  poll_ = new Poll{{}, this, std::move(socket)};
  uv_poll_init(loop, &poll_->handle, socket_->descriptor());
  uv_poll_start(&poll_->handle, UV_READABLE, ready);
  Ref();  // until it is closed: what calls it may be all that knows it
  napi_add_env_cleanup_hook(env_, closeHook, this);
}

UdpSocket::~UdpSocket() { shutDown(); }

Napi::Value UdpSocket::port(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), port_); }

Napi::Value UdpSocket::addresses(const Napi::CallbackInfo& info) {
  std::string list;
  for (const std::string& address : addresses_) list += (list.empty() ? "" : ",") + address;
  return Napi::String::New(info.Env(), list);
}

Napi::Value UdpSocket::sendErrors(const Napi::CallbackInfo& info) {
  if (socket_ != nullptr) sendErrors_ = socket_->sendErrors();
  return Napi::Number::New(info.Env(), static_cast<double>(sendErrors_));
}

Napi::Value UdpSocket::receive(const Napi::CallbackInfo& info) {
  net::PacketList into = packetsOf(info, 0);
  std::size_t words = 0;
  into.addresses = wordsOf(info[3], &words);
  into.room = std::min(into.room, static_cast<int>(words / net::kAddressWords));
  return Napi::Number::New(info.Env(), socket_ == nullptr ? 0 : socket_->receive(into));
}

Napi::Value UdpSocket::send(const Napi::CallbackInfo& info) {
  const net::PacketList packets = packetsOf(info, 0);
  const int first = info[3].As<Napi::Number>().Int32Value();
  const int count = soundPackets(packets, first, info[4].As<Napi::Number>().Int32Value());
  std::size_t words = 0;
  const std::int32_t* destination = wordsOf(info[5], &words);
  const bool isPossible = socket_ != nullptr && count > 0 && words >= net::kAddressWords;
  const auto send = info[6].As<Napi::Boolean>() ? &net::UdpSocket::sendFragmented : &net::UdpSocket::send;
  return Napi::Number::New(info.Env(), isPossible ? (socket_->*send)(packets, first, count, destination) : 0);
}

Napi::Value UdpSocket::refusedLength(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), socket_ == nullptr ? 0 : socket_->refusedLength());
}

void UdpSocket::close(const Napi::CallbackInfo&) { shutDown(); }

void UdpSocket::ready(uv_poll_t* handle, int, int) {
  UdpSocket* self = reinterpret_cast<Poll*>(handle)->owner;
  if (self == nullptr) return;
  const Napi::Env env(self->env_);
  const Napi::HandleScope scope(env);
  // Microtasks and process.nextTick() run before this returns.
  self->readable_.MakeCallback(self->Value(), std::initializer_list<napi_value>{});
  if (env.IsExceptionPending()) {
    const Napi::Error error = env.GetAndClearPendingException();
    napi_fatal_exception(env, error.Value());
  }
}

void UdpSocket::shutDown() {
  if (poll_ == nullptr) return;
  sendErrors_ = socket_->sendErrors();
  socket_ = nullptr;
  napi_remove_env_cleanup_hook(env_, closeHook, this);
  Unref();
  Poll* poll = std::exchange(poll_, nullptr);
  poll->owner = nullptr;
  uv_poll_stop(&poll->handle);
  uv_close(reinterpret_cast<uv_handle_t*>(&poll->handle), [](uv_handle_t* handle) { delete reinterpret_cast<Poll*>(handle); });
  // libuv no longer watches the descriptor; the port is free again when this returns.
  poll->socket.reset();
  readable_.Reset();
}

}  // namespace mediant::addon
