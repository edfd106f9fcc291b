#include "net/Certificate.h"

#include <memory>

#include "net/OpenSsl.h"

namespace mediant::net {

namespace {

using openssl::Functions;

// What OpenSSL wrote into memory of its own.
template <typename Write>
bool toDer(const Functions& ssl, std::vector<std::uint8_t>* bytes, Write write) {
  unsigned char* der = nullptr;
  const int length = write(&der);
  if (length <= 0) return false;
  bytes->assign(der, der + length);
  ssl.memoryFree(der, "", 0);
  return true;
}

openssl::Key* generateKey(const Functions& ssl, int rsaModulusLength) {
  if (rsaModulusLength == 0) return ssl.generateKey(nullptr, nullptr, "EC", "P-256");
  return ssl.generateKey(nullptr, nullptr, "RSA", static_cast<std::size_t>(rsaModulusLength));
}

// The names say nothing about whoever made them.
bool fill(const Functions& ssl, openssl::Certificate* certificate, openssl::Key* key, const CertificateRequest& request) {
  std::uint64_t serial;
  if (ssl.randomBytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return false;
  constexpr long kVersion3 = 2;
  const unsigned char name[] = "WebRTC";
  openssl::CertificateName* subject = ssl.certificateSubject(certificate);
  return ssl.certificateSetVersion(certificate, kVersion3) == 1 &&
         ssl.integerSet(ssl.certificateSerial(certificate), serial >> 1) == 1 &&
         ssl.timeSet(ssl.certificateNotBefore(certificate), request.notBefore) != nullptr &&
         ssl.timeSet(ssl.certificateNotAfter(certificate), request.notAfter) != nullptr &&
         ssl.nameAddEntry(subject, "CN", openssl::kTextAscii, name, sizeof name - 1, -1, 0) == 1 &&
         ssl.certificateSetIssuer(certificate, subject) == 1 && ssl.certificateSetKey(certificate, key) == 1 &&
         ssl.certificateSign(certificate, key, ssl.sha256()) > 0;
}

}  // namespace

bool generateCertificate(const CertificateRequest& request, Certificate* result, std::string* error) {
  const Functions* ssl = openssl::functions();
  if (ssl == nullptr) {
    *error = openssl::kMissing;
    return false;
  }
  const std::unique_ptr<openssl::Key, void (*)(openssl::Key*)> key(generateKey(*ssl, request.rsaModulusLength), ssl->keyFree);
  const std::unique_ptr<openssl::Certificate, void (*)(openssl::Certificate*)> certificate(ssl->certificateNew(), ssl->certificateFree);
  if (key != nullptr && certificate != nullptr && fill(*ssl, certificate.get(), key.get(), request) &&
      toDer(*ssl, &result->certificate, [&](unsigned char** out) { return ssl->certificateToDer(certificate.get(), out); }) &&
      toDer(*ssl, &result->privateKey, [&](unsigned char** out) { return ssl->keyToDer(key.get(), out); })) {
    return true;
  }
  *error = openssl::takeErrorText("OpenSSL refused to make a certificate");
  return false;
}

}  // namespace mediant::net
