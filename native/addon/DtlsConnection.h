// `DtlsConnection` of src/host/node/net/native.ts.
#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "net/DtlsConnection.h"

namespace mediant::addon {

class DtlsConnection final : public Napi::ObjectWrap<DtlsConnection> {
 public:
  static Napi::Function define(Napi::Env env);

  // certificate (DER), private key (DER), isClient, mtu (bytes). Throws an Error that says what is wrong with the first two.
  explicit DtlsConnection(const Napi::CallbackInfo& info);

  // → State
  Napi::Value state(const Napi::CallbackInfo& info);
  Napi::Value error(const Napi::CallbackInfo& info);
  // → alert | null
  Napi::Value receivedAlert(const Napi::CallbackInfo& info);
  Napi::Value sentAlert(const Napi::CallbackInfo& info);
  // → DER | null
  Napi::Value peerCertificate(const Napi::CallbackInfo& info);
  Napi::Value srtpProfile(const Napi::CallbackInfo& info);
  Napi::Value cipherSuite(const Napi::CallbackInfo& info);
  // → milliseconds until handleTimeout() is due, Infinity when there is no timer
  Napi::Value timeout(const Napi::CallbackInfo& info);
  void start(const Napi::CallbackInfo& info);
  // datagrams: bytes, offsets, lengths, first, count; data: bytes, offsets, lengths → records of data
  Napi::Value receive(const Napi::CallbackInfo& info);
  // data: bytes, offsets, lengths, first, count; datagrams: bytes, offsets, lengths → datagrams
  Napi::Value send(const Napi::CallbackInfo& info);
  void handleTimeout(const Napi::CallbackInfo& info);
  // The handshake's datagrams so far: bytes, offsets, lengths → datagrams
  Napi::Value takeDatagrams(const Napi::CallbackInfo& info);
  // label, length → ArrayBuffer | null
  Napi::Value exportKeyingMaterial(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);
  // alert
  void abort(const Napi::CallbackInfo& info);

 private:
  std::unique_ptr<net::DtlsConnection> connection_;
  net::DatagramList pending_;
};

// rsaModulusLength, notBefore, notAfter (bits, 0: ECDSA; seconds since 1970), done: (certificate: DER | null, privateKey: DER,
// error: string) => void. Made on a thread of the pool.
Napi::Value generateCertificate(const Napi::CallbackInfo& info);

}  // namespace mediant::addon
