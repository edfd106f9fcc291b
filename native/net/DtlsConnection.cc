#include "net/DtlsConnection.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mediant::net {

using openssl::Functions;
using openssl::Ssl;

namespace {

constexpr char kCipherSuites[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA";
constexpr char kGroups[] = "X25519:P-256:P-384";
// https://www.rfc-editor.org/rfc/rfc8827#section-6.5 asks for the second; the others are what peers have. Best first.
constexpr char kSrtpProfiles[] = "SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80:SRTP_AES128_CM_SHA1_32";

// RFC 6347, section 4.2.4.1, recommends a second and allows less: connections of WebRTC have round trips far below it, and a
// lost packet should not cost one.
constexpr unsigned kFirstTimeoutMicroseconds = 50'000;
constexpr unsigned kLongestTimeoutMicroseconds = 3'000'000;

// Levels of alerts. https://www.rfc-editor.org/rfc/rfc5246#section-7.2
constexpr std::uint8_t kWarning = 1;
constexpr std::uint8_t kFatal = 2;
// The one alert that is no error. https://www.rfc-editor.org/rfc/rfc5246#section-7.2.1
constexpr std::uint8_t kCloseNotify = 0;

unsigned nextTimeout(Ssl*, unsigned microseconds) {
  return microseconds == 0 ? kFirstTimeoutMicroseconds : std::min(2 * microseconds, kLongestTimeoutMicroseconds);
}

// Data that overtakes the end of the handshake; more is lost, as in any network.
constexpr std::size_t kMostEarlyRecords = 16;
// Bytes that protection adds to a record. https://www.rfc-editor.org/rfc/rfc5246#section-6.2.3
constexpr std::size_t kMostExpansion = 2048;

// Who the peer is, its fingerprint tells; see src/webrtc/dtls. OpenSSL builds no chain for it.
int acceptCertificate(openssl::CertificateStoreContext*, void*) { return 1; }

bool configure(const Functions& ssl, openssl::SslContext* context) {
  ssl.contextSetOptions(context, openssl::kOptionNoQueryMtu | openssl::kOptionNoTicket | openssl::kOptionNoRenegotiation);
  ssl.contextControl(context, openssl::kControlMode, openssl::kModeReleaseBuffers, nullptr);
  ssl.contextSetVerify(context, openssl::kVerifyPeer | openssl::kVerifyFailIfNoPeerCertificate, nullptr);
  ssl.contextSetCertificateVerify(context, acceptCertificate, nullptr);
  return ssl.contextSetCipherList(context, kCipherSuites) == 1 &&
         ssl.contextControl(context, openssl::kControlSetMinimumVersion, openssl::kDtls12Version, nullptr) == 1 &&
         ssl.contextControl(context, openssl::kControlSetGroupsList, 0, const_cast<char*>(kGroups)) == 1 &&
         ssl.contextSetSrtpProfiles(context, kSrtpProfiles) == 0;
}

// What all connections of the process begin with: OpenSSL takes a millisecond to make one. Null: it refused. Never freed.
openssl::SslContext* sharedContext(const Functions& ssl) {
  static openssl::SslContext* const made = [&ssl]() -> openssl::SslContext* {
    openssl::SslContext* fresh = ssl.contextNew(ssl.dtlsMethod());
    if (fresh == nullptr || configure(ssl, fresh)) return fresh;
    ssl.contextFree(fresh);
    return nullptr;
  }();
  return made;
}

}  // namespace

// A BIO that reads the datagram at hand, once, and pushes what is written.
struct DtlsConnection::Wire {
  const Functions& ssl;
  const std::uint8_t* datagram = nullptr;
  std::size_t length = 0;
  DatagramSink* out = nullptr;
  // After the highest sequence number of a protected record that was written.
  std::uint64_t nextSequence = 0;
  // Fatal alerts.
  int received = kNoAlert;
  int sent = kNoAlert;

  static const openssl::BioMethod* method(const Functions& ssl) {
    static const openssl::BioMethod* const made = [&ssl] {
      openssl::BioMethod* fresh = ssl.bioMethodNew(openssl::kBioTypeSourceSink, "datagrams in memory");
      ssl.bioMethodSetRead(fresh, read);
      ssl.bioMethodSetWrite(fresh, write);
      ssl.bioMethodSetControl(fresh, control);
      return fresh;
    }();
    return made;
  }

  static Wire* of(openssl::Bio* bio) { return static_cast<Wire*>(openssl::functions()->bioGetData(bio)); }

  static int read(openssl::Bio* bio, char* to, int capacity) {
    Wire* wire = of(bio);
    wire->ssl.bioClearFlags(bio, openssl::kBioFlagsRead | openssl::kBioFlagsShouldRetry);
    if (wire->datagram == nullptr) {
      wire->ssl.bioSetFlags(bio, openssl::kBioFlagsRead | openssl::kBioFlagsShouldRetry);
      return -1;
    }
    const std::size_t length = std::min(wire->length, static_cast<std::size_t>(std::max(capacity, 0)));
    std::memcpy(to, wire->datagram, length);
    wire->datagram = nullptr;
    return static_cast<int>(length);
  }

  static int write(openssl::Bio* bio, const char* from, int length) {
    Wire* wire = of(bio);
    if (length <= 0) return length;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(from);
    const auto count = static_cast<std::size_t>(length);
    RecordHeader header;
    for (std::size_t at = 0; RecordHeader::read(bytes + at, count - at, &header); at += RecordHeader::kLength + header.length) {
      if (header.epoch == kProtectedEpoch) wire->nextSequence = std::max(wire->nextSequence, header.sequence + 1);
    }
    if (wire->out != nullptr) wire->out->push(bytes, count);
    return length;
  }

  // `value`: level and description of an alert, a byte each.
  static void notice(const Ssl* connection, int where, int value) {
    if (value >> 8 != kFatal) return;
    Wire* wire = of(openssl::functions()->getReadBio(connection));
    if (where == openssl::kCallbackReadAlert) wire->received = value & 0xff;
    if (where == openssl::kCallbackWriteAlert) wire->sent = value & 0xff;
  }

  static long control(openssl::Bio*, int command, long, void*) { return command == openssl::kBioFlush ? 1 : 0; }
};

DtlsConnection::DtlsConnection(std::shared_ptr<const Credentials> credentials, bool isClient, std::size_t mtu)
    : ssl_(*openssl::functions()), credentials_(std::move(credentials)), isClient_(isClient), wire_(new Wire{ssl_}) {
  openssl::SslContext* context = sharedContext(ssl_);
  connection_ = context == nullptr ? nullptr : ssl_.sslNew(context);
  const bool isOurs = connection_ != nullptr && ssl_.useCertificate(connection_, credentials_->certificate()) == 1 &&
                      ssl_.useKey(connection_, credentials_->key()) == 1;
  openssl::Bio* bio = isOurs ? ssl_.bioNew(Wire::method(ssl_)) : nullptr;
  if (bio == nullptr) {
    fail("OpenSSL refused the certificate or has no memory");
    return;
  }
  ssl_.bioSetData(bio, wire_.get());
  ssl_.bioSetInit(bio, 1);
  ssl_.setBio(connection_, bio, bio);
  ssl_.setInfoCallback(connection_, Wire::notice);
  ssl_.control(connection_, openssl::kControlSetMtu, static_cast<long>(mtu), nullptr);
  ssl_.setTimerCallback(connection_, nextTimeout);
  isClient_ ? ssl_.setConnectState(connection_) : ssl_.setAcceptState(connection_);
}

DtlsConnection::~DtlsConnection() {
  wire_->out = nullptr;
  if (connection_ != nullptr) ssl_.sslFree(connection_);
}

void DtlsConnection::start(DatagramSink& out) {
  if (state_ != State::New) return;
  state_ = State::Connecting;
  wire_->out = &out;
  ssl_.clearErrors();
  settle(ssl_.doHandshake(connection_));
  wire_->out = nullptr;
}

void DtlsConnection::receive(const std::uint8_t* datagram, std::size_t length, DatagramSink& out, DatagramSink& data) {
  if (state_ == State::New) start(out);
  RecordHeader header;
  for (std::size_t at = 0; RecordHeader::read(datagram + at, length - at, &header); at += RecordHeader::kLength + header.length) {
    const std::uint8_t* record = datagram + at;
    if (header.type == kRecordApplicationData && header.version == openssl::kDtls12Version && header.epoch == kProtectedEpoch) {
      receiveData(header, record, out, data);
    } else if (connection_ == nullptr) {
      receiveAlert(header, record);
    } else if (!isForged(header)) {
      receiveForeign(header, record, out, data);
    }
  }
  if (isConfirmed_ && connection_ != nullptr) release();
}

void DtlsConnection::receiveData(const RecordHeader& header, const std::uint8_t* record, DatagramSink& out, DatagramSink& data) {
  if (state_ == State::Connecting) {
    if (early_.size() < kMostEarlyRecords && header.length <= kMaxRecord + kMostExpansion) early_.emplace_back(record, record + RecordHeader::kLength + header.length);
  } else if (state_ == State::Connected && protection_ == nullptr) {
    if (!isForged(header)) receiveForeign(header, record, out, data);
  } else if (state_ == State::Connected && protection_->open(header, record, data) && !isConfirmed_) {
    confirm();
  }
}

void DtlsConnection::openEarly(DatagramSink& out, DatagramSink& data) {
  for (const std::vector<std::uint8_t>& record : std::exchange(early_, {})) {
    RecordHeader header;
    RecordHeader::read(record.data(), record.size(), &header);
    receiveData(header, record.data(), out, data);
  }
}

// What else there can be once OpenSSL has been released: an alert, or a flight repeated that has been answered.
void DtlsConnection::receiveAlert(const RecordHeader& header, const std::uint8_t* record) {
  struct Alert final : DatagramSink {
    std::uint8_t bytes[2];  // level, description
    bool isWhole = false;
    std::uint8_t* reserve(std::size_t length) override { return length <= sizeof bytes ? bytes : nullptr; }
    void commit(std::size_t length) override { isWhole = length == sizeof bytes; }
  } alert;
  if (state_ != State::Connected || header.type != kRecordAlert || header.epoch != kProtectedEpoch) return;
  protection_->open(header, record, alert);
  if (!alert.isWhole) return;
  const auto [level, description] = alert.bytes;
  if (description == kCloseNotify) {
    state_ = State::Closed;
  } else if (level == kFatal) {
    wire_->received = description;
    state_ = State::Failed;
    error_ = "the peer sent alert " + std::to_string(description);
  }
}

// What no peer sends, and OpenSSL ends the connection for instead of dropping it as section 4.1.2.7 of RFC 6347 asks: records too short to
// be protected, and data without protection.
bool DtlsConnection::isForged(const RecordHeader& header) const {
  if (header.epoch == 0) return header.type == kRecordApplicationData;
  const std::size_t nonce = protection_ != nullptr ? RecordProtection::kExplicitNonceLength : 0;  // other suites may have none
  return header.length < nonce + RecordProtection::kTagLength;
}

// Records that are OpenSSL's: of the handshake, alerts, and data of suites that RecordProtection does not know.
void DtlsConnection::receiveForeign(const RecordHeader& header, const std::uint8_t* record, DatagramSink& out, DatagramSink& data) {
  if (state_ != State::Connecting && state_ != State::Connected) return;
  wire_->datagram = record;
  wire_->length = RecordHeader::kLength + header.length;
  wire_->out = &out;
  ssl_.clearErrors();
  if (state_ == State::Connecting) settle(ssl_.doHandshake(connection_));
  std::uint8_t text[kMaxRecord];
  while (state_ == State::Connected) {
    const int result = ssl_.read(connection_, text, sizeof text);
    if (result <= 0) {
      settle(result);
      break;
    }
    data.push(text, static_cast<std::size_t>(result));
  }
  wire_->datagram = nullptr;
  wire_->out = nullptr;
  if (state_ == State::Connected && !early_.empty()) openEarly(out, data);
}

bool DtlsConnection::send(const std::uint8_t* bytes, std::size_t length, DatagramSink& out) {
  if (state_ != State::Connected || length == 0 || length > kMaxRecord) return false;
  if (isConfirmed_) return protection_->seal(kRecordApplicationData, bytes, length, out);
  wire_->out = &out;
  const int result = ssl_.write(connection_, bytes, static_cast<int>(length));
  if (result <= 0) settle(result);
  wire_->out = nullptr;
  return result > 0;
}

std::int64_t DtlsConnection::timeout() const {
  timeval left;
  if (connection_ == nullptr || (state_ != State::Connecting && state_ != State::Connected)) return -1;
  if (ssl_.control(connection_, openssl::kControlDtlsGetTimeout, 0, &left) != 1) return -1;
  return static_cast<std::int64_t>(left.tv_sec) * 1'000'000 + left.tv_usec;
}

void DtlsConnection::handleTimeout(DatagramSink& out) {
  if (timeout() < 0) return;
  wire_->out = &out;
  ssl_.clearErrors();
  if (ssl_.control(connection_, openssl::kControlDtlsHandleTimeout, 0, nullptr) < 0) fail("the peer does not answer");
  wire_->out = nullptr;
}

void DtlsConnection::close(DatagramSink& out) {
  if (state_ == State::Connected) {
    wire_->out = &out;
    ssl_.clearErrors();
    // https://www.rfc-editor.org/rfc/rfc5246#section-7.2.1. OpenSSL's own would have a number that is long past.
    constexpr std::uint8_t alert[] = {kWarning, kCloseNotify};
    if (isConfirmed_) protection_->seal(kRecordAlert, alert, sizeof alert, out);
    else ssl_.shutdown(connection_);
    wire_->out = nullptr;
  }
  if (state_ != State::Failed) state_ = State::Closed;
}

void DtlsConnection::abort(int alert, DatagramSink& out) {
  if (state_ != State::Connected) return;
  // OpenSSL sends alerts for what it finds itself only; nothing of it is sent after this.
  if (protection_ != nullptr && !isConfirmed_) confirm();
  const std::uint8_t record[] = {kFatal, static_cast<std::uint8_t>(alert)};
  if (protection_ != nullptr && protection_->seal(kRecordAlert, record, sizeof record, out)) wire_->sent = alert;
  state_ = State::Failed;
}

int DtlsConnection::receivedAlert() const { return wire_->received; }

int DtlsConnection::sentAlert() const { return wire_->sent; }

// What a call of OpenSSL's has led to.
void DtlsConnection::settle(int result) {
  if (result > 0) {
    if (state_ != State::Connecting || !ssl_.isInitFinished(connection_)) return;
    conclude();
    // The server may have to repeat its last flight, with numbers that follow those of all it has sent: until the client shows that it
    // has it, by data, OpenSSL sends all.
    if (isClient_ && protection_ != nullptr) confirm();
    return;
  }
  switch (ssl_.getError(connection_, result)) {
    case openssl::kErrorWantRead:
    case openssl::kErrorWantWrite:
      break;
    case openssl::kErrorZeroReturn:
      state_ = State::Closed;
      break;
    default:
      fail("the connection was broken");
  }
}

// The peer has the last flight: OpenSSL has nothing left to say.
void DtlsConnection::confirm() {
  isConfirmed_ = true;
  protection_->sealFrom(wire_->nextSequence);
}

void DtlsConnection::fail(const char* fallback) {
  state_ = State::Failed;
  error_ = openssl::takeErrorText(fallback);
}

// The handshake is over: what is asked about it later.
void DtlsConnection::conclude() {
  state_ = State::Connected;
  protection_ = RecordProtection::of(ssl_, connection_, isClient_);
  if (const openssl::SrtpProfile* profile = ssl_.getSelectedSrtpProfile(connection_)) srtpProfile_ = static_cast<int>(profile->id);
  if (const openssl::Cipher* cipher = ssl_.getCurrentCipher(connection_)) cipherSuite_ = ssl_.cipherName(cipher);
  openssl::Certificate* certificate = ssl_.getPeerCertificate(connection_);
  if (certificate == nullptr) return;
  unsigned char* der = nullptr;
  const int length = ssl_.certificateToDer(certificate, &der);
  if (length > 0) {
    peerCertificate_.assign(der, der + length);
    ssl_.memoryFree(der, "", 0);
  }
  ssl_.certificateFree(certificate);
}

// OpenSSL has nothing left to do.
void DtlsConnection::release() {
  ssl_.sslFree(connection_);
  connection_ = nullptr;
}

bool DtlsConnection::exportKeyingMaterial(const char* label, std::uint8_t* out, std::size_t length) const {
  if (connection_ == nullptr) return protection_ != nullptr && protection_->exportKeyingMaterial(label, out, length);
  return ssl_.exportKeyingMaterial(connection_, out, length, label, std::strlen(label), nullptr, 0, 0) == 1;
}

}  // namespace mediant::net
