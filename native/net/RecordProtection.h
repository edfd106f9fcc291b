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

// The sequence numbers taken so far, https://www.rfc-editor.org/rfc/rfc6347#section-4.1.2.6. Numbers up to that of the start count as taken.
class ReplayWindow {
 public:
  explicit ReplayWindow(std::uint64_t start) : highest_(start) {}
  bool isNew(std::uint64_t sequence) const;
  void take(std::uint64_t sequence);

 private:
  std::uint64_t highest_;
  std::uint64_t taken_ = ~std::uint64_t{0};  // bit n: highest_ - n
};

// One thread at a time.
class RecordProtection {
 public:
  // After the handshake. `firstSent`: the first sequence number that OpenSSL has not used; `lastForeign`: the last one of the peer's
  // that went to OpenSSL. Null where the cipher is another.
  static std::unique_ptr<RecordProtection> of(const openssl::Functions& ssl, openssl::Ssl* connection, bool isClient, std::uint64_t firstSent,
                                              std::uint64_t lastForeign);
  ~RecordProtection();
  RecordProtection(const RecordProtection&) = delete;
  RecordProtection& operator=(const RecordProtection&) = delete;

  static constexpr std::size_t kExplicitNonceLength = 8, kTagLength = 16;

  // A datagram with one record.
  bool seal(std::uint8_t type, const std::uint8_t* bytes, std::size_t length, DatagramSink& out);
  // What is in a record of kProtectedEpoch; one that is forged or a repetition is nothing.
  void open(const RecordHeader& header, const std::uint8_t* record, DatagramSink& data);

 private:
  static constexpr std::size_t kSaltLength = 4, kNonceLength = kSaltLength + kExplicitNonceLength;
  static constexpr std::size_t kOverhead = RecordHeader::kLength + kExplicitNonceLength + kTagLength;

  struct Direction {
    openssl::CipherContext* cipher = nullptr;
    std::uint8_t nonce[kNonceLength] = {};  // salt, explicit nonce
  };

  RecordProtection(const openssl::Functions& ssl, std::uint64_t firstSent, std::uint64_t lastForeign);

  const openssl::Functions& ssl_;
  Direction sealing_, opening_;
  std::uint64_t nextSent_;
  ReplayWindow window_;
};

}  // namespace mediant::net
