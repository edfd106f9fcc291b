// Handshakes between two connections in one process, over datagrams in memory. Runs with the OpenSSL of the system, libssl3.
#include "net/DtlsConnection.h"

#include <ctime>

#include "check.h"
#ifdef __linux__
#include "virtual_clock.h"
#endif

using namespace mediant::net;
using State = DtlsConnection::State;

namespace {

#ifdef __linux__
// OpenSSL sends a flight again from within any call once its timer has run out: no later than a test says.
check::VirtualClock virtualClock;
#endif

Certificate makeCertificate(int rsaModulusLength = 0) {
  Certificate certificate;
  std::string error;
  const int64_t now = time(nullptr);
  if (!generateCertificate({rsaModulusLength, now - 86400, now + 86400}, &certificate, &error)) check::fail(__FILE__, __LINE__, error);
  return certificate;
}

std::shared_ptr<const Credentials> credentials(const Certificate& certificate) {
  std::string error;
  std::shared_ptr<const Credentials> made = Credentials::of(certificate, &error);
  if (!made) check::fail(__FILE__, __LINE__, error);
  return made;
}

struct Peer {
  Certificate certificate;
  DtlsConnection connection;
  DatagramList out;
  DatagramList data;

  explicit Peer(bool isClient, int rsaModulusLength = 0, size_t mtu = 1200)
      : certificate(makeCertificate(rsaModulusLength)), connection(credentials(certificate), isClient, mtu) {}

  void takeFrom(Peer& other) {
    const std::vector<uint8_t> datagram = other.out.datagrams.front();
    other.out.datagrams.erase(other.out.datagrams.begin());
    connection.receive(datagram.data(), datagram.size(), out, data);
  }
};

void exchange(Peer& a, Peer& b) {
  while (!a.out.datagrams.empty() || !b.out.datagrams.empty()) {
    while (!a.out.datagrams.empty()) b.takeFrom(a);
    while (!b.out.datagrams.empty()) a.takeFrom(b);
  }
}

bool connect(Peer& client, Peer& server) {
  client.connection.start(client.out);
  exchange(client, server);
  return client.connection.state() == State::Connected && server.connection.state() == State::Connected;
}

// Until the server is done; its last flight has not been taken.
void connectServer(Peer& client, Peer& server) {
  client.connection.start(client.out);
  while (server.connection.state() != State::Connected) {
    while (!server.out.datagrams.empty()) client.takeFrom(server);
    while (!client.out.datagrams.empty()) server.takeFrom(client);
  }
}

}  // namespace

TEST(both_ends_connect_and_see_each_others_certificate) {
  Peer client(true), server(false);
  CHECK(connect(client, server));
  CHECK(client.connection.peerCertificate() == server.certificate.certificate);
  CHECK(server.connection.peerCertificate() == client.certificate.certificate);
  CHECK_EQUAL(std::string(client.connection.cipherSuite()), "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
  CHECK_EQUAL(client.connection.timeout(), -1);
}

TEST(rsa_certificates_connect_too) {
  Peer client(true, 2048), server(false);
  CHECK(connect(client, server));
}

TEST(srtp_keys_of_both_ends_are_equal) {
  Peer client(true), server(false);
  CHECK(connect(client, server));
  CHECK_EQUAL(client.connection.srtpProfile(), 8);  // SRTP_AEAD_AES_256_GCM
  CHECK_EQUAL(server.connection.srtpProfile(), 8);
  uint8_t ofClient[88], ofServer[88];
  CHECK(client.connection.exportKeyingMaterial("EXTRACTOR-dtls_srtp", ofClient, sizeof ofClient));
  CHECK(server.connection.exportKeyingMaterial("EXTRACTOR-dtls_srtp", ofServer, sizeof ofServer));
  CHECK(std::memcmp(ofClient, ofServer, sizeof ofClient) == 0);
}

namespace {

// Data both ways: OpenSSL has nothing left to do.
void converse(Peer& a, Peer& b) {
  const uint8_t byte = 1;
  for (Peer* from : {&a, &b, &a}) {
    from->connection.send(&byte, 1, from->out);
    exchange(a, b);
  }
  a.data.datagrams.clear();
  b.data.datagrams.clear();
}

}  // namespace

TEST(what_the_handshake_led_to_is_told_after_data_too) {
  Peer client(true), server(false);
  CHECK(connect(client, server));
  uint8_t before[60], after[60];
  CHECK(server.connection.exportKeyingMaterial("EXTRACTOR-dtls_srtp", before, sizeof before));
  converse(client, server);
  for (Peer* peer : {&client, &server}) {
    const Peer& other = peer == &client ? server : client;
    CHECK(peer->connection.exportKeyingMaterial("EXTRACTOR-dtls_srtp", after, sizeof after));
    CHECK(memcmp(before, after, sizeof before) == 0);
    CHECK(peer->connection.peerCertificate() == other.certificate.certificate);
    CHECK(peer->connection.srtpProfile() != 0);
    CHECK_EQUAL(std::string(peer->connection.cipherSuite()), std::string("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"));
    CHECK_EQUAL(peer->connection.timeout(), int64_t{-1});
  }
}

TEST(alerts_that_follow_data_are_heard_and_forged_ones_not) {
  for (const bool isFatal : {false, true}) {
    Peer client(true), server(false);
    CHECK(connect(client, server));
    converse(client, server);
    constexpr uint8_t kForged[] = {21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40};
    server.connection.receive(kForged, sizeof kForged, server.out, server.data);
    CHECK(server.connection.state() == State::Connected);
    isFatal ? client.connection.abort(42, client.out) : client.connection.close(client.out);
    exchange(client, server);
    CHECK(server.connection.state() == (isFatal ? State::Failed : State::Closed));
    CHECK_EQUAL(server.connection.receivedAlert(), isFatal ? 42 : DtlsConnection::kNoAlert);
    CHECK(server.data.datagrams.empty());
  }
}

TEST(a_flight_that_is_repeated_after_data_changes_nothing) {
  Peer client(true), server(false);
  client.connection.start(client.out);
  std::vector<std::vector<uint8_t>> flights;
  while (!client.out.datagrams.empty() || !server.out.datagrams.empty()) {
    for (Peer* from : {&client, &server}) {
      while (!from->out.datagrams.empty()) {
        flights.push_back(from->out.datagrams.front());
        (from == &client ? server : client).takeFrom(*from);
      }
    }
  }
  converse(client, server);
  for (const std::vector<uint8_t>& datagram : flights) {
    for (Peer* peer : {&client, &server}) peer->connection.receive(datagram.data(), datagram.size(), peer->out, peer->data);
  }
  CHECK(client.out.datagrams.empty() && server.out.datagrams.empty());
  CHECK(client.data.datagrams.empty() && server.data.datagrams.empty());
  converse(client, server);
  CHECK(client.connection.state() == State::Connected && server.connection.state() == State::Connected);
}

TEST(a_record_is_a_datagram_and_arrives_whole) {
  Peer client(true), server(false);
  CHECK(connect(client, server));
  for (size_t length : {size_t{1}, size_t{1150}, DtlsConnection::kMaxRecord}) {
    const std::vector<uint8_t> bytes(length, static_cast<uint8_t>(length));
    CHECK(client.connection.send(bytes.data(), bytes.size(), client.out));
    CHECK_EQUAL(client.out.datagrams.size(), size_t{1});
    server.takeFrom(client);
    CHECK_EQUAL(server.data.datagrams.size(), size_t{1});
    CHECK(server.data.datagrams.front() == bytes);
    server.data.datagrams.clear();
  }
  const std::vector<uint8_t> tooLong(DtlsConnection::kMaxRecord + 1);
  CHECK(!client.connection.send(tooLong.data(), tooLong.size(), client.out));
}

TEST(datagrams_of_the_handshake_fit_the_mtu) {
  Peer client(true, 4096, 600), server(false, 4096, 600);
  client.connection.start(client.out);
  while (!client.out.datagrams.empty() || !server.out.datagrams.empty()) {
    for (const auto& datagram : client.out.datagrams) CHECK(datagram.size() <= 600);
    for (const auto& datagram : server.out.datagrams) CHECK(datagram.size() <= 600);
    while (!client.out.datagrams.empty()) server.takeFrom(client);
    while (!server.out.datagrams.empty()) client.takeFrom(server);
  }
  CHECK(client.connection.state() == State::Connected);
}

#ifdef __linux__

TEST(the_first_timer_is_short_and_sends_the_flight_again) {
  Peer client(true), server(false);
  client.connection.start(client.out);
  CHECK_EQUAL(client.connection.timeout(), 50'000);
  client.out.datagrams.clear();  // lost
  virtualClock.advanceMicroseconds(20'000);
  CHECK_EQUAL(client.connection.timeout(), 30'000);
  client.connection.handleTimeout(client.out);
  CHECK(client.out.datagrams.empty());
  virtualClock.advanceMicroseconds(30'000);
  CHECK_EQUAL(client.connection.timeout(), 0);
  client.connection.handleTimeout(client.out);
  CHECK_EQUAL(client.connection.timeout(), 100'000);
  exchange(client, server);
  CHECK(client.connection.state() == State::Connected);
}

#endif

TEST(close_notify_closes_the_other_end) {
  Peer client(true), server(false);
  CHECK(connect(client, server));
  client.connection.close(client.out);
  CHECK(client.connection.state() == State::Closed);
  exchange(client, server);
  CHECK(server.connection.state() == State::Closed);
  const uint8_t byte = 0;
  CHECK(!server.connection.send(&byte, 1, server.out));
}

TEST(garbage_and_repeated_datagrams_change_nothing) {
  Peer client(true), server(false);
  client.connection.start(client.out);
  const std::vector<uint8_t> hello = client.out.datagrams.front();
  const std::shared_ptr<const Credentials> shared = credentials(server.certificate);
  DatagramList out, data;
  uint32_t seed = 1;
  for (int i = 0; i < 2000; ++i) {
    std::vector<uint8_t> junk = hello;
    for (int change = 0; change < 3; ++change) {
      seed = seed * 1664525 + 1013904223;
      junk[13 + (seed >> 8) % (junk.size() - 13)] ^= static_cast<uint8_t>(seed >> 24);
    }
    DtlsConnection victim(shared, false, 1200);
    victim.receive(junk.data(), i % 2 ? junk.size() : junk.size() / 2, out, data);
    if (i >= 50) continue;
    server.connection.receive(junk.data(), 7, server.out, server.data);
  }
  exchange(client, server);
  CHECK(client.connection.state() == State::Connected);
  const uint8_t byte = 7;
  client.connection.send(&byte, 1, client.out);
  const std::vector<uint8_t> record = client.out.datagrams.front();
  server.takeFrom(client);
  server.connection.receive(record.data(), record.size(), server.out, server.data);  // replayed
  CHECK_EQUAL(server.data.datagrams.size(), size_t{1});
  CHECK(server.connection.state() == State::Connected);
}

TEST(forged_records_are_nothing_and_close_nothing) {
  Peer client(true), server(false);
  CHECK(connect(client, server));
  const uint8_t bytes[] = {1, 2, 3};
  client.connection.send(bytes, sizeof bytes, client.out);
  const std::vector<uint8_t> record = client.out.datagrams.front();
  for (size_t i = 0; i < record.size(); ++i) {
    std::vector<uint8_t> forged = record;
    forged[i] ^= 0x10;
    server.connection.receive(forged.data(), forged.size(), server.out, server.data);
    server.connection.receive(record.data(), i, server.out, server.data);  // cut short
  }
  CHECK_EQUAL(server.data.datagrams.size(), size_t{0});
  CHECK(server.connection.state() == State::Connected);
  server.takeFrom(client);
  CHECK_EQUAL(server.data.datagrams.size(), size_t{1});
}

TEST(records_arrive_once_in_any_order_within_the_window) {
  Peer client(true), server(false);
  CHECK(connect(client, server));
  constexpr uint8_t kCount = 100;
  for (uint8_t i = 0; i < kCount; ++i) client.connection.send(&i, 1, client.out);
  std::vector<std::vector<uint8_t>> sent = std::move(client.out.datagrams);
  const auto give = [&](size_t i) { server.connection.receive(sent[i].data(), sent[i].size(), server.out, server.data); };
  for (size_t i = 40; i-- > 0;) give(i);
  for (size_t i = 0; i < 40; ++i) give(i);
  CHECK_EQUAL(server.data.datagrams.size(), size_t{40});
  for (size_t i = kCount; i-- > 40;) give(i);
  CHECK_EQUAL(server.data.datagrams.size(), size_t{kCount});
  give(0);  // before the window
  CHECK_EQUAL(server.data.datagrams.size(), size_t{kCount});
}

TEST(several_records_in_a_datagram_all_arrive) {
  Peer client(true), server(false);
  CHECK(connect(client, server));
  std::vector<uint8_t> datagram;
  for (uint8_t i = 0; i < 3; ++i) client.connection.send(&i, 1, client.out);
  client.connection.close(client.out);
  for (const auto& record : client.out.datagrams) datagram.insert(datagram.end(), record.begin(), record.end());
  server.connection.receive(datagram.data(), datagram.size(), server.out, server.data);
  CHECK_EQUAL(server.data.datagrams.size(), size_t{3});
  CHECK(server.connection.state() == State::Closed);
}

// The server is done first, and its data may overtake or come with the flight that ends the client's handshake.
TEST(data_that_comes_before_the_end_of_the_handshake_is_opened_after_it_and_once) {
  Peer client(true), server(false);
  connectServer(client, server);
  const std::vector<std::vector<uint8_t>> lastFlight = std::move(server.out.datagrams);
  server.out.datagrams.clear();
  const uint8_t early = 1, late = 2;
  server.connection.send(&early, 1, server.out);
  const std::vector<uint8_t> record = server.out.datagrams.front();
  client.takeFrom(server);
  CHECK_EQUAL(client.data.datagrams.size(), size_t{0});
  for (const auto& datagram : lastFlight) client.connection.receive(datagram.data(), datagram.size(), client.out, client.data);
  CHECK(client.connection.state() == State::Connected);
  CHECK_EQUAL(client.data.datagrams.size(), size_t{1});
  client.connection.receive(record.data(), record.size(), client.out, client.data);
  CHECK_EQUAL(client.data.datagrams.size(), size_t{1});
  server.connection.send(&late, 1, server.out);
  client.takeFrom(server);
  CHECK_EQUAL(client.data.datagrams.size(), size_t{2});
}

#ifdef __linux__

TEST(a_lost_last_flight_is_repeated_although_data_has_followed_it) {
  Peer client(true), server(false);
  connectServer(client, server);
  server.out.datagrams.clear();  // lost
  for (uint8_t i = 0; i < 5; ++i) server.connection.send(&i, 1, server.out);
  exchange(client, server);
  CHECK(client.connection.state() == State::Connecting);
  virtualClock.advanceMicroseconds(client.connection.timeout());
  client.connection.handleTimeout(client.out);
  exchange(client, server);
  CHECK(client.connection.state() == State::Connected);
  client.data.datagrams.clear();
  for (uint8_t i = 0; i < 5; ++i) {
    server.connection.send(&i, 1, server.out);
    client.connection.send(&i, 1, client.out);
  }
  exchange(client, server);
  CHECK_EQUAL(client.data.datagrams.size(), size_t{5});
  CHECK_EQUAL(server.data.datagrams.size(), size_t{5});
}

#endif

TEST(a_bad_certificate_is_refused_with_a_reason) {
  Certificate broken = makeCertificate();
  broken.privateKey.resize(10);
  std::string error;
  CHECK(Credentials::of(broken, &error) == nullptr);
  CHECK(!error.empty());
}
