#include "net/RecordProtection.h"

#include <cstring>

namespace mediant::net {

using openssl::Functions;

namespace {

// https://www.rfc-editor.org/rfc/rfc5288#section-3, https://www.rfc-editor.org/rfc/rfc5289#section-3.2, by their numbers at IANA.
struct Suite {
  std::uint16_t id;
  const openssl::CipherAlgorithm* (*Functions::*cipher)();
  std::size_t keyLength;
  const char* prfDigest;
};
constexpr Suite kSuites[] = {
    {0xC02B, &Functions::aes128Gcm, 16, "SHA256"},  // ECDHE_ECDSA
    {0xC02F, &Functions::aes128Gcm, 16, "SHA256"},  // ECDHE_RSA
    {0xC02C, &Functions::aes256Gcm, 32, "SHA384"},
    {0xC030, &Functions::aes256Gcm, 32, "SHA384"},
};
constexpr std::size_t kMaxKeyLength = 32;

const Suite* suiteOf(std::uint16_t id) {
  for (const Suite& suite : kSuites) {
    if (suite.id == id) return &suite;
  }
  return nullptr;
}

std::uint64_t readNumber(const std::uint8_t* bytes, std::size_t length) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < length; ++i) number = number << 8 | bytes[i];
  return number;
}

void writeNumber(std::uint64_t number, std::uint8_t* bytes, std::size_t length) {
  for (std::size_t i = length; i-- > 0; number >>= 8) bytes[i] = static_cast<std::uint8_t>(number);
}

constexpr std::uint64_t kMaxSequence = (std::uint64_t{1} << 48) - 1;

}  // namespace

bool RecordHeader::read(const std::uint8_t* bytes, std::size_t available, RecordHeader* header) {
  if (available < kLength) return false;
  header->type = bytes[0];
  header->version = static_cast<std::uint16_t>(readNumber(bytes + 1, 2));
  header->epoch = static_cast<std::uint16_t>(readNumber(bytes + 3, 2));
  header->sequence = readNumber(bytes + 5, 6);
  header->length = static_cast<std::size_t>(readNumber(bytes + 11, 2));
  return available - kLength >= header->length;
}

bool ReplayWindow::isNew(std::uint64_t sequence) const {
  if (sequence > highest_) return true;
  const std::uint64_t age = highest_ - sequence;
  return age < kLength && (taken_ >> age & 1) == 0;
}

void ReplayWindow::take(std::uint64_t sequence) {
  if (sequence <= highest_) {
    taken_ |= std::uint64_t{1} << (highest_ - sequence);
    return;
  }
  const std::uint64_t advance = sequence - highest_;
  taken_ = (advance < kLength ? taken_ << advance : 0) | 1;
  highest_ = sequence;
}

MasterSecret::MasterSecret(const Functions& ssl, openssl::Ssl* connection, const char* digest) : ssl_(ssl), digest_(digest) {
  length_ = ssl_.sessionGetMasterKey(ssl_.getSession(connection), secret_, kLength);
  ssl_.getClientRandom(connection, clientRandom_, kRandomLength);
  ssl_.getServerRandom(connection, serverRandom_, kRandomLength);
}

MasterSecret::~MasterSecret() { ssl_.cleanse(secret_, kLength); }

bool MasterSecret::derive(const char* label, Seed order, std::uint8_t* out, std::size_t length) const {
  std::uint8_t seed[kMaxLabelLength + 2 * kRandomLength];
  const std::size_t labelLength = std::strlen(label);
  if (labelLength > kMaxLabelLength) return false;
  const bool isClientFirst = order == Seed::ClientFirst;
  std::memcpy(seed, label, labelLength);
  std::memcpy(seed + labelLength, isClientFirst ? clientRandom_ : serverRandom_, kRandomLength);
  std::memcpy(seed + labelLength + kRandomLength, isClientFirst ? serverRandom_ : clientRandom_, kRandomLength);

  openssl::KeyDerivation* prf = ssl_.keyDerivationFetch(nullptr, "TLS1-PRF", nullptr);
  openssl::KeyDerivationContext* context = prf == nullptr ? nullptr : ssl_.keyDerivationContextNew(prf);
  const openssl::Parameter parameters[] = {
      {"digest", openssl::kParameterText, const_cast<char*>(digest_), std::strlen(digest_), 0},
      {"secret", openssl::kParameterBytes, const_cast<std::uint8_t*>(secret_), length_, 0},
      {"seed", openssl::kParameterBytes, seed, labelLength + 2 * kRandomLength, 0},
      {},
  };
  const bool isDone = context != nullptr && length_ > 0 && ssl_.keyDerivationDerive(context, out, length, parameters) == 1;
  ssl_.keyDerivationContextFree(context);
  ssl_.keyDerivationFree(prf);
  return isDone;
}

std::unique_ptr<RecordProtection> RecordProtection::of(const Functions& ssl, openssl::Ssl* connection, bool isClient) {
  const Suite* suite = suiteOf(ssl.cipherProtocolId(ssl.getCurrentCipher(connection)));
  if (suite == nullptr) return nullptr;
  // Keys of the client's and the server's records, then the salts of their nonces.
  std::uint8_t block[2 * (kMaxKeyLength + kSaltLength)];
  std::unique_ptr<RecordProtection> made(new RecordProtection(ssl, connection, suite->prfDigest));
  // https://www.rfc-editor.org/rfc/rfc5246#section-6.3
  const std::size_t blockLength = 2 * (suite->keyLength + kSaltLength);
  bool isGood = made->secret_.derive("key expansion", MasterSecret::Seed::ServerFirst, block, blockLength);
  const openssl::CipherAlgorithm* cipher = (ssl.*suite->cipher)();
  Direction* const ofClient = isClient ? &made->sealing_ : &made->opening_;
  for (Direction* direction : {&made->sealing_, &made->opening_}) {
    const std::size_t which = direction == ofClient ? 0 : 1;
    std::memcpy(direction->nonce, block + 2 * suite->keyLength + which * kSaltLength, kSaltLength);
    direction->cipher = ssl.cipherContextNew();
    isGood = isGood && direction->cipher != nullptr &&
             ssl.cipherInit(direction->cipher, cipher, nullptr, block + which * suite->keyLength, nullptr, direction == &made->sealing_ ? 1 : 0) == 1;
  }
  ssl.cleanse(block, sizeof block);
  return isGood ? std::move(made) : nullptr;
}

bool RecordProtection::exportKeyingMaterial(const char* label, std::uint8_t* out, std::size_t length) const {
  return secret_.derive(label, MasterSecret::Seed::ClientFirst, out, length);
}

RecordProtection::~RecordProtection() {
  ssl_.cipherContextFree(sealing_.cipher);
  ssl_.cipherContextFree(opening_.cipher);
}

bool RecordProtection::seal(std::uint8_t type, const std::uint8_t* bytes, std::size_t length, DatagramSink& out) {
  if (nextSent_ > kMaxSequence) return false;
  std::uint8_t* record = out.reserve(length + kOverhead);
  if (record == nullptr) return true;  // lost on the way
  const std::uint64_t number = std::uint64_t{kProtectedEpoch} << 48 | nextSent_++;
  record[0] = type;
  writeNumber(openssl::kDtls12Version, record + 1, 2);
  writeNumber(number, record + 3, 8);
  // The explicit part of the nonce is never used twice with a key: epoch and number, as section 3 of RFC 5288 proposes. OpenSSL's own,
  // in the record of its Finished message, begins at random.
  std::uint8_t* explicitNonce = record + RecordHeader::kLength;
  writeNumber(number, explicitNonce, kExplicitNonceLength);
  std::memcpy(sealing_.nonce + kSaltLength, explicitNonce, kExplicitNonceLength);
  std::uint8_t* text = explicitNonce + kExplicitNonceLength;
  std::uint8_t* tag = text + length;
  // https://www.rfc-editor.org/rfc/rfc5246#section-6.2.3.3: the additional data begins with the number and has the plaintext's length.
  std::uint8_t additional[RecordHeader::kLength];
  writeNumber(number, additional, 8);
  std::memcpy(additional + 8, record, 3);
  writeNumber(length, additional + 11, 2);
  int written = 0;
  const bool isSealed = ssl_.cipherInit(sealing_.cipher, nullptr, nullptr, nullptr, sealing_.nonce, -1) == 1 &&
                        ssl_.cipherUpdate(sealing_.cipher, nullptr, &written, additional, sizeof additional) == 1 &&
                        ssl_.cipherUpdate(sealing_.cipher, text, &written, bytes, static_cast<int>(length)) == 1 &&
                        ssl_.cipherFinal(sealing_.cipher, tag, &written) == 1 &&
                        ssl_.cipherControl(sealing_.cipher, openssl::kControlAeadGetTag, kTagLength, tag) == 1;
  if (!isSealed) return false;
  writeNumber(kExplicitNonceLength + length + kTagLength, record + 11, 2);
  out.commit(length + kOverhead);
  return true;
}

bool RecordProtection::open(const RecordHeader& header, const std::uint8_t* record, DatagramSink& data) {
  if (header.length < kExplicitNonceLength + kTagLength || !window_.isNew(header.sequence)) return false;
  const std::size_t length = header.length - kExplicitNonceLength - kTagLength;
  std::uint8_t* place = data.reserve(length);
  if (place == nullptr) return false;
  const std::uint8_t* explicitNonce = record + RecordHeader::kLength;
  const std::uint8_t* text = explicitNonce + kExplicitNonceLength;
  std::memcpy(opening_.nonce + kSaltLength, explicitNonce, kExplicitNonceLength);
  std::uint8_t additional[RecordHeader::kLength];
  std::memcpy(additional, record + 3, 8);
  std::memcpy(additional + 8, record, 3);
  writeNumber(length, additional + 11, 2);
  int written = 0;
  const bool isGenuine =
      ssl_.cipherInit(opening_.cipher, nullptr, nullptr, nullptr, opening_.nonce, -1) == 1 &&
      ssl_.cipherControl(opening_.cipher, openssl::kControlAeadSetTag, kTagLength, const_cast<std::uint8_t*>(text + length)) == 1 &&
      ssl_.cipherUpdate(opening_.cipher, nullptr, &written, additional, sizeof additional) == 1 &&
      ssl_.cipherUpdate(opening_.cipher, place, &written, text, static_cast<int>(length)) == 1 &&
      ssl_.cipherFinal(opening_.cipher, place + length, &written) == 1;
  if (!isGenuine) {
    ssl_.clearErrors();
    return false;
  }
  window_.take(header.sequence);
  if (length > 0) data.commit(length);
  return true;
}

}  // namespace mediant::net
