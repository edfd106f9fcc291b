// Self-signed certificates as WebRTC uses them: nobody verifies who signed them, only their fingerprints.
// https://www.rfc-editor.org/rfc/rfc8827#section-5.6 https://www.w3.org/TR/webrtc/#dom-rtcpeerconnection-generatecertificate
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/OpenSsl.h"

namespace mediant::net {

struct Certificate {
  std::vector<std::uint8_t> certificate;  // X.509, DER
  std::vector<std::uint8_t> privateKey;   // DER
};

// A certificate and its key as OpenSSL has them. Any thread.
class Credentials {
 public:
  // Null, with the reason in `error`, where OpenSSL is missing or refuses them. Those made or used last are found again: OpenSSL
  // takes a third of a millisecond to read a key.
  static std::shared_ptr<const Credentials> of(const Certificate& certificate, std::string* error);
  ~Credentials();
  Credentials(const Credentials&) = delete;
  Credentials& operator=(const Credentials&) = delete;

  openssl::Key* key() const { return key_; }
  openssl::Certificate* certificate() const { return certificate_; }

 private:
  friend bool generateCertificate(const struct CertificateRequest&, Certificate*, std::string*);
  // Takes both over; they may be null.
  Credentials(const openssl::Functions& ssl, openssl::Key* key, openssl::Certificate* certificate)
      : ssl_(ssl), key_(key), certificate_(certificate) {}

  const openssl::Functions& ssl_;
  openssl::Key* const key_;
  openssl::Certificate* const certificate_;
};

struct CertificateRequest {
  int rsaModulusLength = 0;  // bits; 0: ECDSA over P-256
  std::int64_t notBefore = 0;  // seconds since 1970
  std::int64_t notAfter = 0;
};

// False, with the reason in `error`, where OpenSSL is missing or refuses. Any thread; RSA takes up to seconds.
bool generateCertificate(const CertificateRequest& request, Certificate* result, std::string* error);

}  // namespace mediant::net
