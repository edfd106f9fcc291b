// `UdpSocket` of src/host/node/net/addon.ts: a socket that calls script, in the thread that opened it, when something has arrived.
#pragma once

#include <napi.h>
#include <uv.h>

#include <memory>
#include <string>
#include <vector>

#include "net/UdpSocket.h"

namespace mediant::addon {

class UdpSocket final : public Napi::ObjectWrap<UdpSocket> {
 public:
  static Napi::Function define(Napi::Env env);

  // addresses, with commas between them, port, readable: () => void. Throws an Error that says why there is no socket.
  explicit UdpSocket(const Napi::CallbackInfo& info);
  ~UdpSocket() override;

  Napi::Value port(const Napi::CallbackInfo& info);
  Napi::Value addresses(const Napi::CallbackInfo& info);
  Napi::Value sendErrors(const Napi::CallbackInfo& info);
  // bytes, offsets, lengths, addresses → packets written
  Napi::Value receive(const Napi::CallbackInfo& info);
  Napi::Value refusedLength(const Napi::CallbackInfo& info);
  // bytes, offsets, lengths, first, count, destination, mayFragment → packets taken
  Napi::Value send(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

 private:
  // libuv's handle, which outlives this object until libuv has let go of it.
  struct Poll {
    uv_poll_t handle;
    UdpSocket* owner;
    std::unique_ptr<net::UdpSocket> socket;
  };

  static void ready(uv_poll_t* handle, int status, int events);
  static void closeHook(void* self) { static_cast<UdpSocket*>(self)->shutDown(); }
  void shutDown();

  napi_env env_;
  net::UdpSocket* socket_ = nullptr;
  Poll* poll_ = nullptr;
  std::uint64_t sendErrors_ = 0;
  int port_ = 0;
  std::vector<std::string> addresses_;
  Napi::FunctionReference readable_;
};

}  // namespace mediant::addon
