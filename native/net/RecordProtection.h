// The records of a DTLS 1.2 connection whose cipher is AES-GCM, sealed and opened with nothing but the cipher: OpenSSL's record
// layer over a BIO costs several times as much. The handshake stays OpenSSL's; its keys are derived once more here.
// https://www.rfc-editor.org/rfc/rfc6347#section-4.1 https://www.rfc-editor.org/rfc/rfc5288#section-3
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "net/DatagramSink.h"
#include "net/OpenSsl.h"

namespace mediant::net {

enum : std::uint8_t { kRecordAlert = 21, kRecordApplicationData = 23 };

// The header of a record. https://www.rfc-editor.org/rfc/rfc6347#section-4.1
struct RecordHeader {
  static constexpr std::size_t kLength = 13;

  std::uint8_t type;
  std::uint16_t version;
  std::uint16_t epoch;
  std::uint64_t sequence;  // 48 bits
  std::size_t length;      // of what follows

  // False where fewer bytes than the header and what it announces are there.
  static bool read(const std::uint8_t* bytes, std::size_t available, RecordHeader* header);
};

// The epoch of everything after the handshake.
constexpr std::uint16_t kProtectedEpoch = 1;

// The sequence numbers taken so far, https://www.rfc-editor.org/rfc/rfc6347#section-4.1.2.6
class ReplayWindow {
 public:
  bool isNew(std::uint64_t sequence) const;
  void take(std::uint64_t sequence);

  static constexpr std::uint64_t kLength = 64;

 private:
  std::uint64_t highest_ = kLength - 1;  // the first numbers are within the window from the beginning
  std::uint64_t taken_ = 0;  // bit n: highest_ - n
};

// What both sides alone know, and everything secret is derived from. https://www.rfc-editor.org/rfc/rfc5246#section-5
class MasterSecret {
 public:
  // Of a handshake that is over; `digest`: of the suite's pseudorandom function.
  MasterSecret(const openssl::Functions& ssl, openssl::Ssl* connection, const char* digest);
  ~MasterSecret();
  MasterSecret(const MasterSecret&) = delete;
  MasterSecret& operator=(const MasterSecret&) = delete;

  enum class Seed { ServerFirst, ClientFirst };
  // The pseudorandom function of the label, of at most kMaxLabelLength bytes, and both sides' random values.
  bool derive(const char* label, Seed order, std::uint8_t* out, std::size_t length) const;

  static constexpr std::size_t kMaxLabelLength = 64;

 private:
  static constexpr std::size_t kLength = 48, kRandomLength = 32;

  const openssl::Functions& ssl_;
  const char* const digest_;
  std::size_t length_ = 0;
  std::uint8_t secret_[kLength];
  std::uint8_t clientRandom_[kRandomLength], serverRandom_[kRandomLength];
};

// One thread at a time.
class RecordProtection {
 public:
  // After the handshake. Null where the cipher is another.
  static std::unique_ptr<RecordProtection> of(const openssl::Functions& ssl, openssl::Ssl* connection, bool isClient);
  ~RecordProtection();
  RecordProtection(const RecordProtection&) = delete;
  RecordProtection& operator=(const RecordProtection&) = delete;

  static constexpr std::size_t kExplicitNonceLength = 8, kTagLength = 16;

  // The first sequence number that OpenSSL has not used; before `seal`.
  void sealFrom(std::uint64_t sequence) { nextSent_ = sequence; }
  // A datagram with one record.
  bool seal(std::uint8_t type, const std::uint8_t* bytes, std::size_t length, DatagramSink& out);
  // What is in a record of kProtectedEpoch. False, and nothing, where it is forged or a repetition.
  bool open(const RecordHeader& header, const std::uint8_t* record, DatagramSink& data);
  // https://www.rfc-editor.org/rfc/rfc5705#section-4, without a context
  bool exportKeyingMaterial(const char* label, std::uint8_t* out, std::size_t length) const;

 private:
  static constexpr std::size_t kSaltLength = 4, kNonceLength = kSaltLength + kExplicitNonceLength;
  static constexpr std::size_t kOverhead = RecordHeader::kLength + kExplicitNonceLength + kTagLength;

  struct Direction {
    openssl::CipherContext* cipher = nullptr;
    std::uint8_t nonce[kNonceLength] = {};  // salt, explicit nonce
  };

  RecordProtection(const openssl::Functions& ssl, openssl::Ssl* connection, const char* digest) : ssl_(ssl), secret_(ssl, connection, digest) {}

  const openssl::Functions& ssl_;
  const MasterSecret secret_;
  Direction sealing_, opening_;
  std::uint64_t nextSent_ = 0;
  ReplayWindow window_;
};

}  // namespace mediant::net
