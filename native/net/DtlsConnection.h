// DTLS 1.2 by OpenSSL over datagrams in memory: no socket and no thread in here. Timers know only real time.
// https://www.rfc-editor.org/rfc/rfc6347 https://www.rfc-editor.org/rfc/rfc8827#section-6.5
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/Certificate.h"
#include "net/DatagramSink.h"
#include "net/OpenSsl.h"
#include "net/RecordProtection.h"

namespace mediant::net {

// One thread at a time. Every call may push datagrams into the sink given to it.
class DtlsConnection {
 public:
  enum class State : int { New = 0, Connecting = 1, Connected = 2, Closed = 3, Failed = 4 };

  // `mtu`: bytes of the largest datagram of the handshake.
  DtlsConnection(std::shared_ptr<const Credentials> credentials, bool isClient, std::size_t mtu);
  ~DtlsConnection();
  DtlsConnection(const DtlsConnection&) = delete;
  DtlsConnection& operator=(const DtlsConnection&) = delete;

  // The client's first flight; a server waits.
  void start(DatagramSink& out);
  // Takes a datagram. Application data is pushed into `data`, a record a call, only once the handshake is complete.
  void receive(const std::uint8_t* datagram, std::size_t length, DatagramSink& out, DatagramSink& data);
  // Application data in a record and a datagram of its own, at most kMaxRecord bytes. False unless connected.
  bool send(const std::uint8_t* bytes, std::size_t length, DatagramSink& out);
  // Microseconds until handleTimeout() is due; -1: there is no timer.
  std::int64_t timeout() const;
  void handleTimeout(DatagramSink& out);
  // Sends close_notify.
  void close(DatagramSink& out);
  // Fails the connection and sends a fatal alert, where its suite lets that be made here.
  // https://www.rfc-editor.org/rfc/rfc5246#section-7.2
  void abort(int alert, DatagramSink& out);

  State state() const { return state_; }
  // Why it has failed.
  const std::string& error() const { return error_; }
  // The fatal alert that the peer sent, or that was sent to it; kNoAlert when there was none.
  int receivedAlert() const;
  int sentAlert() const;
  // DER, once connected.
  const std::vector<std::uint8_t>& peerCertificate() const { return peerCertificate_; }
  // https://www.rfc-editor.org/rfc/rfc5764#section-4.1.2, 0 when none was negotiated
  int srtpProfile() const { return srtpProfile_; }
  // https://www.rfc-editor.org/rfc/rfc5705
  bool exportKeyingMaterial(const char* label, std::uint8_t* out, std::size_t length) const;
  // The IANA name of the cipher suite; '' before there is one.
  const char* cipherSuite() const { return cipherSuite_; }

  static constexpr std::size_t kMaxRecord = 16384;
  static constexpr int kNoAlert = -1;

 private:
  struct Wire;  // the two ends of OpenSSL's BIO

  void settle(int result);
  void fail(const char* fallback);
  void confirm();
  bool isForged(const RecordHeader& header) const;
  void conclude();
  void openEarly(DatagramSink& out, DatagramSink& data);
  void receiveData(const RecordHeader& header, const std::uint8_t* record, DatagramSink& out, DatagramSink& data);
  void release();
  void receiveAlert(const RecordHeader& header, const std::uint8_t* record);
  void receiveForeign(const RecordHeader& header, const std::uint8_t* record, DatagramSink& out, DatagramSink& data);

  const openssl::Functions& ssl_;
  const std::shared_ptr<const Credentials> credentials_;
  const bool isClient_;
  const std::unique_ptr<Wire> wire_;
  // Null once all that is left to do is `protection_`'s: it takes 75 KB.
  openssl::Ssl* connection_ = nullptr;
  // Opens the records of data once connected, and makes them once confirmed; null: OpenSSL does.
  std::unique_ptr<RecordProtection> protection_;
  // `protection_` sends, OpenSSL nothing any more.
  bool isConfirmed_ = false;
  // Records of data that came before the handshake was over.
  std::vector<std::vector<std::uint8_t>> early_;
  State state_ = State::New;
  std::string error_;
  // What the handshake has led to.
  std::vector<std::uint8_t> peerCertificate_;
  int srtpProfile_ = 0;
  const char* cipherSuite_ = "";
};

}  // namespace mediant::net
