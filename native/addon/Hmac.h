// `hmac` of src/host/node/net/native.ts.
#pragma once

#include <napi.h>

namespace mediant::addon {

// isSha256, key, data, code (Uint8Arrays) → bytes written to `code`; 0 where OpenSSL is missing or `code` is shorter than 32 bytes
Napi::Value hmac(const Napi::CallbackInfo& info);

}  // namespace mediant::addon
