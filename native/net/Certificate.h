// Self-signed certificates as WebRTC uses them: nobody verifies who signed them, only their fingerprints.
// https://www.rfc-editor.org/rfc/rfc8827#section-5.6 https://www.w3.org/TR/webrtc/#dom-rtcpeerconnection-generatecertificate
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mediant::net {

struct Certificate {
  std::vector<std::uint8_t> certificate;  // X.509, DER
  std::vector<std::uint8_t> privateKey;   // DER
};

struct CertificateRequest {
  int rsaModulusLength = 0;  // bits; 0: ECDSA over P-256
  std::int64_t notBefore = 0;  // seconds since 1970
  std::int64_t notAfter = 0;
};

// False, with the reason in `error`, where OpenSSL is missing or refuses. Any thread; RSA takes up to seconds.
bool generateCertificate(const CertificateRequest& request, Certificate* result, std::string* error);

}  // namespace mediant::net
