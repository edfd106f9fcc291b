#include "addon/Hmac.h"

#include "net/Hmac.h"

namespace mediant::addon {

Napi::Value hmac(const Napi::CallbackInfo& info) {
  const bool isSha256 = info[0].As<Napi::Boolean>();
  const auto key = info[1].As<Napi::Uint8Array>(), data = info[2].As<Napi::Uint8Array>();
  auto code = info[3].As<Napi::Uint8Array>();
  const auto hash = isSha256 ? net::HashFunction::Sha256 : net::HashFunction::Sha1;
  const bool hasRoom = code.ByteLength() >= net::kMostHmacBytes;
  const std::size_t written = hasRoom ? net::hmac(hash, key.Data(), key.ByteLength(), data.Data(), data.ByteLength(), code.Data()) : 0;
  return Napi::Number::New(info.Env(), static_cast<double>(written));
}

}  // namespace mediant::addon
