// Batches between two sockets on loopback.
#include "net/UdpSocket.h"

#include <arpa/inet.h>
#include <poll.h>

#include <cstring>

#include "check.h"

using namespace mediant::net;

namespace {

constexpr int kRows = 4096;

struct Batch {
  std::vector<uint8_t> bytes = std::vector<uint8_t>(1 << 21);
  std::vector<int32_t> offsets = std::vector<int32_t>(kRows);
  std::vector<int32_t> lengths = std::vector<int32_t>(kRows);
  std::vector<int32_t> addresses = std::vector<int32_t>(kRows * kAddressWords);
  int count = 0;
  int32_t used = 0;

  PacketList list() {
    return {bytes.data(), static_cast<int64_t>(bytes.size()), offsets.data(), lengths.data(), addresses.data(), kRows};
  }
  void add(size_t length) {
    offsets[count] = used;
    lengths[count++] = static_cast<int32_t>(length);
    for (size_t i = 0; i < length; ++i) bytes[static_cast<size_t>(used) + i] = static_cast<uint8_t>(count * 7 + i);
    used += static_cast<int32_t>(length);
  }
};

struct Address {
  int32_t words[kAddressWords] = {};
  Address(const char* text, int port, int local = 0) {
    words[kAddressLocal] = local;
    words[kAddressFamily] = std::strchr(text, ':') ? 6 : 4;
    words[kAddressPort] = port;
    inet_pton(words[kAddressFamily] == 6 ? AF_INET6 : AF_INET, text, words + kAddressBytes);
  }
};

std::unique_ptr<UdpSocket> bound(const std::vector<std::string>& addresses) {
  std::string error;
  std::unique_ptr<UdpSocket> socket = UdpSocket::bind(addresses, 0, &error);
  if (!socket) check::fail(__FILE__, __LINE__, error);
  return socket;
}

// Waits for `count` datagrams and appends them to `lengths`; checks their content.
void receive(UdpSocket& socket, size_t count, std::vector<int>* lengths, int* port) {
  Batch batch;
  while (lengths->size() < count) {
    pollfd descriptor{socket.descriptor(), POLLIN, 0};
    if (poll(&descriptor, 1, 2000) <= 0) break;
    const int received = socket.receive(batch.list());
    for (int i = 0; i < received; ++i) {
      lengths->push_back(batch.lengths[i]);
      *port = batch.addresses[i * kAddressWords + kAddressPort];
      const uint8_t* bytes = batch.bytes.data() + batch.offsets[i];
      for (int byte = 1; byte < batch.lengths[i]; ++byte) {
        if (bytes[byte] != static_cast<uint8_t>(bytes[0] + byte)) return check::fail(__FILE__, __LINE__, "content differs");
      }
    }
  }
}

void sendsWhatArrives(const char* address, const std::vector<size_t>& lengths) {
  const std::unique_ptr<UdpSocket> from = bound({address}), to = bound({address});
  Batch batch;
  for (size_t length : lengths) batch.add(length);
  CHECK_EQUAL(from->send(batch.list(), 0, batch.count, Address(address, to->port()).words), static_cast<int>(lengths.size()));
  std::vector<int> received;
  int port = 0;
  receive(*to, lengths.size(), &received, &port);
  CHECK_EQUAL(received.size(), lengths.size());
  CHECK_EQUAL(port, from->port());
  for (size_t i = 0; i < received.size(); ++i) CHECK_EQUAL(static_cast<size_t>(received[i]), lengths[i]);
}

}  // namespace

TEST(one_datagram) { sendsWhatArrives("127.0.0.1", {5}); }

TEST(a_run_of_equal_datagrams_with_a_shorter_last) {
  std::vector<size_t> lengths(99, 1200);
  lengths.push_back(17);
  sendsWhatArrives("127.0.0.1", lengths);
}

TEST(datagrams_of_every_length) {
  std::vector<size_t> lengths;
  for (size_t i = 1; i <= 100; ++i) lengths.push_back(i % 3 ? 1200 : i);
  sendsWhatArrives("127.0.0.1", lengths);
}

TEST(long_datagrams) { sendsWhatArrives("127.0.0.1", {65507, 40000, 40000, 1}); }

TEST(internet_protocol_6) { sendsWhatArrives("::1", {1200, 1200, 100, 1200}); }

#ifdef __linux__

TEST(one_socket_for_addresses_of_both_families) {
  const std::unique_ptr<UdpSocket> shared = bound({"127.0.0.1", "192.0.2.77", "::1", "127.0.0.3"});
  CHECK(shared->addresses() == (std::vector<std::string>{"127.0.0.1", "::1", "127.0.0.3"}));
  const char* const texts[] = {"127.0.0.1", "::1", "127.0.0.3"};
  for (int local = 0; local < 3; ++local) {
    const std::unique_ptr<UdpSocket> other = bound({local == 1 ? "::1" : "127.0.0.2"});
    const Address there(local == 1 ? "::1" : "127.0.0.2", other->port(), local);
    // Runs that the kernel joins, and lone datagrams, both ways.
    Batch batch;
    for (int i = 0; i < 40; ++i) batch.add(i % 20 == 19 ? 300 : 1200);
    CHECK_EQUAL(other->send(batch.list(), 0, batch.count, Address(texts[local], shared->port()).words), 40);
    CHECK_EQUAL(shared->send(batch.list(), 0, batch.count, there.words), 40);
    for (UdpSocket* at : {shared.get(), other.get()}) {
      Batch received;
      for (int count = 0; count < 40;) {
        pollfd descriptor{at->descriptor(), POLLIN, 0};
        if (poll(&descriptor, 1, 2000) <= 0) return check::fail(__FILE__, __LINE__, "nothing comes");
        const int more = at->receive(received.list());
        for (int i = 0; i < more; ++i, ++count) {
          const int32_t* from = received.addresses.data() + i * kAddressWords;
          const Address expected = at == shared.get() ? there : Address(texts[local], shared->port());
          CHECK_EQUAL(received.lengths[i], count % 20 == 19 ? 300 : 1200);
          CHECK(std::memcmp(from, expected.words, sizeof expected.words) == 0);
        }
      }
    }
  }
  CHECK_EQUAL(shared->sendErrors(), uint64_t{0});
}

TEST(what_comes_to_another_address_of_the_machine_is_marked) {
  const std::unique_ptr<UdpSocket> shared = bound({"127.0.0.1", "127.0.0.3"}), from = bound({"127.0.0.1"});
  Batch batch;
  batch.add(10);
  from->send(batch.list(), 0, 1, Address("127.0.0.2", shared->port()).words);
  pollfd descriptor{shared->descriptor(), POLLIN, 0};
  poll(&descriptor, 1, 2000);
  Batch received;
  CHECK_EQUAL(shared->receive(received.list()), 1);
  CHECK_EQUAL(received.addresses[kAddressLocal], -1);
}

#endif

TEST(a_datagram_that_is_too_long_does_not_stop_the_others) {
  const std::unique_ptr<UdpSocket> from = bound({"127.0.0.1"}), to = bound({"127.0.0.1"});
  Batch batch;
  batch.add(70000);
  batch.add(10);
  CHECK_EQUAL(from->send(batch.list(), 0, batch.count, Address("127.0.0.1", to->port()).words), 2);
  CHECK_EQUAL(from->sendErrors(), uint64_t{1});
  CHECK_EQUAL(from->refusedLength(), 70000);
  std::vector<int> received;
  int port = 0;
  receive(*to, 1, &received, &port);
  CHECK_EQUAL(received.size(), size_t{1});
}

TEST(what_may_be_fragmented_arrives_whole) {
  const std::unique_ptr<UdpSocket> from = bound({"127.0.0.1", "::1"}), to = bound({"127.0.0.1"});
  Batch batch;
  batch.add(60000);
  CHECK_EQUAL(from->sendFragmented(batch.list(), 0, batch.count, Address("127.0.0.1", to->port()).words), 1);
  CHECK_EQUAL(from->refusedLength(), 0);
  std::vector<int> received;
  int port = 0;
  receive(*to, 1, &received, &port);
  CHECK(received == std::vector<int>{60000});
}

TEST(an_unreachable_port_does_not_end_the_socket) {
  const std::unique_ptr<UdpSocket> from = bound({"127.0.0.1"}), to = bound({"127.0.0.1"});
  int nobody;
  { nobody = bound({"127.0.0.1"})->port(); }
  Batch batch;
  batch.add(10);
  from->send(batch.list(), 0, 1, Address("127.0.0.1", nobody).words);
  CHECK_EQUAL(from->send(batch.list(), 0, 1, Address("127.0.0.1", to->port()).words), 1);
  std::vector<int> received;
  int port = 0;
  receive(*to, 1, &received, &port);
  CHECK_EQUAL(received.size(), size_t{1});
}

TEST(addresses_that_are_none_and_ports_in_use_are_told) {
  std::string error;
  CHECK(UdpSocket::bind({"localhost"}, 0, &error) == nullptr);
  CHECK_EQUAL(error, std::string("'localhost' is not an IP address"));
  const std::unique_ptr<UdpSocket> first = bound({"127.0.0.1"});
  CHECK(UdpSocket::bind({"127.0.0.1"}, first->port(), &error) == nullptr);
  CHECK_EQUAL(error, std::string("bind: Address already in use"));
}
