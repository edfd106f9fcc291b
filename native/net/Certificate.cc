#include "net/Certificate.h"

#include <algorithm>
#include <mutex>
#include <utility>

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

// The credentials made or used last, by their bytes.
class RecentCredentials {
 public:
  std::shared_ptr<const Credentials> find(const Certificate& certificate) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
      return entry.first.certificate == certificate.certificate && entry.first.privateKey == certificate.privateKey;
    });
    if (found == entries_.end()) return nullptr;
    std::rotate(entries_.begin(), found, found + 1);
    return entries_.front().second;
  }

  void add(const Certificate& certificate, std::shared_ptr<const Credentials> credentials) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (entries_.size() == kMost) entries_.pop_back();
    entries_.insert(entries_.begin(), {certificate, std::move(credentials)});
  }

 private:
  static constexpr std::size_t kMost = 16;
  using Entry = std::pair<Certificate, std::shared_ptr<const Credentials>>;
  std::mutex mutex_;
  std::vector<Entry> entries_;
};

// Never destroyed: a thread may use it while the process exits.
RecentCredentials& recent() {
  static auto* const all = new RecentCredentials;
  return *all;
}

}  // namespace

std::shared_ptr<const Credentials> Credentials::of(const Certificate& certificate, std::string* error) {
  const Functions* ssl = openssl::functions();
  if (ssl == nullptr) {
    *error = openssl::kMissing;
    return nullptr;
  }
  if (std::shared_ptr<const Credentials> known = recent().find(certificate)) return known;
  const unsigned char* keyBytes = certificate.privateKey.data();
  const unsigned char* certificateBytes = certificate.certificate.data();
  openssl::Key* key = ssl->keyFromDer(nullptr, &keyBytes, static_cast<long>(certificate.privateKey.size()));
  openssl::Certificate* x509 = ssl->certificateFromDer(nullptr, &certificateBytes, static_cast<long>(certificate.certificate.size()));
  std::shared_ptr<const Credentials> made(new Credentials(*ssl, key, x509));
  if (key == nullptr || x509 == nullptr) {
    *error = openssl::takeErrorText("OpenSSL refused the certificate");
    return nullptr;
  }
  recent().add(certificate, made);
  return made;
}

Credentials::~Credentials() {
  ssl_.keyFree(key_);
  ssl_.certificateFree(certificate_);
}

bool generateCertificate(const CertificateRequest& request, Certificate* result, std::string* error) {
  const Functions* ssl = openssl::functions();
  if (ssl == nullptr) {
    *error = openssl::kMissing;
    return false;
  }
  std::shared_ptr<const Credentials> made(new Credentials(*ssl, generateKey(*ssl, request.rsaModulusLength), ssl->certificateNew()));
  openssl::Key* key = made->key();
  openssl::Certificate* certificate = made->certificate();
  if (key != nullptr && certificate != nullptr && fill(*ssl, certificate, key, request) &&
      toDer(*ssl, &result->certificate, [&](unsigned char** out) { return ssl->certificateToDer(certificate, out); }) &&
      toDer(*ssl, &result->privateKey, [&](unsigned char** out) { return ssl->keyToDer(key, out); })) {
    recent().add(*result, std::move(made));
    return true;
  }
  *error = openssl::takeErrorText("OpenSSL refused to make a certificate");
  return false;
}

}  // namespace mediant::net
