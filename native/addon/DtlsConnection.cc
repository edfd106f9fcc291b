#include "addon/DtlsConnection.h"

#include <limits>

#include "addon/packets.h"

namespace mediant::addon {

namespace {

std::vector<std::uint8_t> bytesOf(const Napi::Value& value) {
  if (!value.IsTypedArray()) return {};
  auto array = value.As<Napi::Uint8Array>();
  return {array.Data(), array.Data() + array.ByteLength()};
}

Napi::Value toUint8Array(Napi::Env env, const std::vector<std::uint8_t>& bytes) {
  Napi::Uint8Array array = Napi::Uint8Array::New(env, bytes.size());
  if (array.IsEmpty()) return env.Null();
  std::copy(bytes.begin(), bytes.end(), array.Data());
  return array;
}

Napi::Value alertOf(Napi::Env env, int alert) {
  return alert == net::DtlsConnection::kNoAlert ? env.Null() : Napi::Value(Napi::Number::New(env, alert));
}

class CertificateWorker final : public Napi::AsyncWorker {
 public:
  CertificateWorker(const Napi::Function& done, const net::CertificateRequest& request) : AsyncWorker(done), request_(request) {}

  void Execute() override { isMade_ = net::generateCertificate(request_, &certificate_, &error_); }

  std::vector<napi_value> GetResult(Napi::Env env) override {
    if (!isMade_) return {env.Null(), env.Null(), Napi::String::New(env, error_)};
    return {toUint8Array(env, certificate_.certificate), toUint8Array(env, certificate_.privateKey), Napi::String::New(env, "")};
  }

 private:
  const net::CertificateRequest request_;
  net::Certificate certificate_;
  std::string error_;
  bool isMade_ = false;
};

}  // namespace

Napi::Value generateCertificate(const Napi::CallbackInfo& info) {
  const auto number = [&](std::size_t argument) { return info[argument].As<Napi::Number>(); };
  const net::CertificateRequest request{number(0).Int32Value(), number(1).Int64Value(), number(2).Int64Value()};
  (new CertificateWorker(info[3].As<Napi::Function>(), request))->Queue();
  return info.Env().Undefined();
}

Napi::Function DtlsConnection::define(Napi::Env env) {
  return DefineClass(env, "DtlsConnection",
                     {
                         InstanceAccessor<&DtlsConnection::state>("state"),
                         InstanceAccessor<&DtlsConnection::error>("error"),
                         InstanceAccessor<&DtlsConnection::receivedAlert>("receivedAlert"),
                         InstanceAccessor<&DtlsConnection::sentAlert>("sentAlert"),
                         InstanceAccessor<&DtlsConnection::peerCertificate>("peerCertificate"),
                         InstanceAccessor<&DtlsConnection::srtpProfile>("srtpProfile"),
                         InstanceAccessor<&DtlsConnection::cipherSuite>("cipherSuite"),
                         InstanceAccessor<&DtlsConnection::timeout>("timeout"),
                         InstanceMethod<&DtlsConnection::start>("start"),
                         InstanceMethod<&DtlsConnection::receive>("receive"),
                         InstanceMethod<&DtlsConnection::send>("send"),
                         InstanceMethod<&DtlsConnection::handleTimeout>("handleTimeout"),
                         InstanceMethod<&DtlsConnection::takeDatagrams>("takeDatagrams"),
                         InstanceMethod<&DtlsConnection::exportKeyingMaterial>("exportKeyingMaterial"),
                         InstanceMethod<&DtlsConnection::close>("close"),
                         InstanceMethod<&DtlsConnection::abort>("abort"),
                     });
}

DtlsConnection::DtlsConnection(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  std::string error;
  std::shared_ptr<const net::Credentials> credentials = net::Credentials::of({bytesOf(info[0]), bytesOf(info[1])}, &error);
  if (credentials == nullptr) {
    Napi::Error::New(info.Env(), error).ThrowAsJavaScriptException();
    return;
  }
  const auto mtu = static_cast<std::size_t>(info[3].As<Napi::Number>().Uint32Value());
  connection_ = std::make_unique<net::DtlsConnection>(std::move(credentials), info[2].As<Napi::Boolean>(), mtu);
}

Napi::Value DtlsConnection::state(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<int>(connection_->state()));
}

Napi::Value DtlsConnection::error(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), connection_->error()); }

Napi::Value DtlsConnection::receivedAlert(const Napi::CallbackInfo& info) { return alertOf(info.Env(), connection_->receivedAlert()); }

Napi::Value DtlsConnection::sentAlert(const Napi::CallbackInfo& info) { return alertOf(info.Env(), connection_->sentAlert()); }

Napi::Value DtlsConnection::peerCertificate(const Napi::CallbackInfo& info) {
  const std::vector<std::uint8_t> der = connection_->peerCertificate();
  return der.empty() ? info.Env().Null() : toUint8Array(info.Env(), der);
}

Napi::Value DtlsConnection::srtpProfile(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), connection_->srtpProfile());
}

Napi::Value DtlsConnection::cipherSuite(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), connection_->cipherSuite());
}

Napi::Value DtlsConnection::timeout(const Napi::CallbackInfo& info) {
  const std::int64_t microseconds = connection_->timeout();
  const double milliseconds = microseconds < 0 ? std::numeric_limits<double>::infinity() : static_cast<double>(microseconds) * 1e-3;
  return Napi::Number::New(info.Env(), milliseconds);
}

void DtlsConnection::start(const Napi::CallbackInfo&) { connection_->start(pending_); }

Napi::Value DtlsConnection::receive(const Napi::CallbackInfo& info) {
  const net::PacketList datagrams = packetsOf(info, 0);
  const int first = info[3].As<Napi::Number>().Int32Value();
  const int count = soundPackets(datagrams, first, info[4].As<Napi::Number>().Int32Value());
  BatchSink data(packetsOf(info, 5));
  for (int i = first; i < first + count; ++i) {
    connection_->receive(datagrams.bytes + datagrams.offsets[i], static_cast<std::size_t>(datagrams.lengths[i]), pending_, data);
  }
  return Napi::Number::New(info.Env(), data.count());
}

Napi::Value DtlsConnection::send(const Napi::CallbackInfo& info) {
  const net::PacketList data = packetsOf(info, 0);
  const int first = info[3].As<Napi::Number>().Int32Value();
  const int count = soundPackets(data, first, info[4].As<Napi::Number>().Int32Value());
  BatchSink datagrams(packetsOf(info, 5));
  for (int i = first; i < first + count; ++i) {
    connection_->send(data.bytes + data.offsets[i], static_cast<std::size_t>(data.lengths[i]), datagrams);
  }
  return Napi::Number::New(info.Env(), datagrams.count());
}

void DtlsConnection::handleTimeout(const Napi::CallbackInfo&) { connection_->handleTimeout(pending_); }

Napi::Value DtlsConnection::takeDatagrams(const Napi::CallbackInfo& info) {
  BatchSink out(packetsOf(info, 0));
  for (const std::vector<std::uint8_t>& datagram : pending_.datagrams) out.push(datagram.data(), datagram.size());
  pending_.datagrams.clear();
  return Napi::Number::New(info.Env(), out.count());
}

Napi::Value DtlsConnection::exportKeyingMaterial(const Napi::CallbackInfo& info) {
  const std::string label = info[0].As<Napi::String>().Utf8Value();
  Napi::ArrayBuffer out = Napi::ArrayBuffer::New(info.Env(), info[1].As<Napi::Number>().Uint32Value());
  if (out.IsEmpty()) return info.Env().Null();
  const bool isDone = connection_->exportKeyingMaterial(label.c_str(), static_cast<std::uint8_t*>(out.Data()), out.ByteLength());
  return isDone ? out : info.Env().Null();
}

void DtlsConnection::close(const Napi::CallbackInfo&) { connection_->close(pending_); }

void DtlsConnection::abort(const Napi::CallbackInfo& info) { connection_->abort(info[0].As<Napi::Number>().Int32Value(), pending_); }

}  // namespace mediant::addon
