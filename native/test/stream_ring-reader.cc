// Rings between two clocks, in virtual time.
#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <thread>

#include "audio/stream/RingReader.h"
#include "base/ClockFilter.h"
#include "check.h"
#include "ring_memory.h"

using namespace mediant;
using namespace mediant::audio;

namespace {

constexpr double kPi = 3.141592653589793238462643383280;

// A driver: asks for `period` frames at a time, by a clock that runs `deviation` too fast, and is woken late.
struct Driver {
  Driver(double nominalRate, double deviation, size_t period, double lateness, unsigned seed)
      : nominalRate(nominalRate), deviation(deviation), period(period), lateness(lateness), random(seed), filter(nominalRate) {}

  const double nominalRate;
  const double deviation;
  const size_t period;
  const double lateness;  // seconds, at most
  double start = 0;
  int64_t frame = 0;
  std::mt19937 random;
  ClockFilter filter;

  double rate() const { return nominalRate * (1 + deviation); }
  double due() const { return start + static_cast<double>(frame) / rate(); }
  // When the next period begins; decided once.
  double wake() {
    if (wake_ < 0) wake_ = due() + std::uniform_real_distribution<double>(0, lateness)(random);
    return wake_;
  }
  void advance() {
    frame += static_cast<int64_t>(period);
    wake_ = -1;
  }

 private:
  double wake_ = -1;
};

struct Link {
  Link(const Driver& producer, const Driver& reader, std::function<float(int64_t frame)> signal, double seconds)
      : producer(producer), reader(reader), signal(std::move(signal)), seconds(seconds) {}

  Driver producer;
  Driver reader;
  std::function<float(int64_t frame)> signal;
  double seconds;
  // Shifts wake-ups of the producer; for stalls.
  std::function<double(double time)> stall = [](double) { return 0.0; };
  int channels = 1;

  std::vector<float> output;    // of the first channel
  std::vector<bool> had;        // for each quantum, whether there was something
  double latency = 0;

  void run() {
    constexpr size_t kQuantum = 128;
    RingMemory memory(channels, 65536, producer.nominalRate);
    PcmRing ring = memory.ring();
    RingReader in(ring, {reader.nominalRate, kQuantum, static_cast<double>(reader.period) / reader.nominalRate, false});
    std::vector<std::vector<float>> samples(static_cast<size_t>(channels), std::vector<float>(kQuantum));
    std::vector<float*> pointers;
    for (auto& channel : samples) pointers.push_back(channel.data());
    double busyUntil = 0;
    for (;;) {
      const double produced = std::max(producer.wake() + stall(producer.wake()), busyUntil);
      const double read = reader.wake();
      if (std::min(produced, read) > seconds) break;
      if (produced <= read) {
        busyUntil = produced;
        producer.filter.update(producer.frame, produced);
        for (size_t done = 0; done < producer.period; done += kQuantum) {
          const int64_t frame = producer.frame + static_cast<int64_t>(done);
          for (auto& channel : samples) {
            for (size_t i = 0; i < kQuantum; ++i) channel[i] = signal(frame + static_cast<int64_t>(i));
          }
          ring.write(pointers.data(), kQuantum, producer.filter.secondsAt(frame), producer.filter.framePeriod());
        }
        producer.advance();
      } else {
        reader.filter.update(reader.frame, read);
        for (size_t done = 0; done < reader.period; done += kQuantum) {
          const int64_t frame = reader.frame + static_cast<int64_t>(done);
          const bool something = in.read(pointers.data(), kQuantum, frame, reader.filter.secondsAt(frame), reader.filter.framePeriod());
          had.push_back(something);
          for (size_t i = 0; i < kQuantum; ++i) output.push_back(something ? pointers[0][i] : 0);
        }
        reader.advance();
      }
    }
    latency = in.latency();
  }

  // Quanta from `from` seconds on in which there was nothing.
  int gaps(double from) const {
    const size_t first = static_cast<size_t>(from * reader.rate() / 128);
    return static_cast<int>(std::count(had.begin() + static_cast<std::ptrdiff_t>(std::min(first, had.size())), had.end(), false));
  }
};

// Decibels of a sine of that frequency (cycles a sample), its phase and level fitted, over everything else.
double signalToNoise(const float* x, size_t n, double frequency) {
  // Fitted with sine, cosine and a constant.
  double m[3][4] = {};
  for (size_t i = 0; i < n; ++i) {
    const double phase = 2 * kPi * frequency * static_cast<double>(i);
    const double basis[3] = {std::sin(phase), std::cos(phase), 1};
    for (int r = 0; r < 3; ++r) {
      for (int c = 0; c < 3; ++c) m[r][c] += basis[r] * basis[c];
      m[r][3] += basis[r] * static_cast<double>(x[i]);
    }
  }
  for (int p = 0; p < 3; ++p) {
    for (int r = 0; r < 3; ++r) {
      if (r == p) continue;
      const double f = m[r][p] / m[p][p];
      for (int c = p; c < 4; ++c) m[r][c] -= f * m[p][c];
    }
  }
  const double a = m[0][3] / m[0][0], b = m[1][3] / m[1][1], c = m[2][3] / m[2][2];
  double signal = 0, noise = 0;
  for (size_t i = 0; i < n; ++i) {
    const double phase = 2 * kPi * frequency * static_cast<double>(i);
    const double fit = a * std::sin(phase) + b * std::cos(phase) + c;
    signal += fit * fit;
    noise += (static_cast<double>(x[i]) - fit) * (static_cast<double>(x[i]) - fit);
  }
  return 10 * std::log10(signal / noise);
}

// The worst of windows of 50 ms from `from` seconds on.
double worstSignalToNoise(const Link& link, double from, double hertz) {
  const double frequency = hertz * (1 + link.producer.deviation) / link.reader.rate();
  const size_t window = static_cast<size_t>(0.05 * link.reader.rate());
  double worst = 1e9;
  for (size_t at = static_cast<size_t>(from * link.reader.rate()); at + window <= link.output.size(); at += window) {
    worst = std::min(worst, signalToNoise(link.output.data() + at, window, frequency));
  }
  return worst;
}

float largestStep(const Link& link) {
  float largest = 0;
  for (size_t i = 1; i < link.output.size(); ++i) largest = std::max(largest, std::fabs(link.output[i] - link.output[i - 1]));
  return largest;
}

std::function<float(int64_t)> tone(double hertz, double sampleRate, float level = 0.5f) {
  return [=](int64_t frame) { return level * static_cast<float>(std::sin(2 * kPi * hertz / sampleRate * static_cast<double>(frame))); };
}

}  // namespace

TEST(memory_that_is_no_ring_is_refused) {
  RingMemory memory(2, 1024, 48000);
  CHECK(memory.ring());
  CHECK(!PcmRing::in(memory.data(), 100));
  CHECK(!PcmRing::in(nullptr, 5000));
  for (const double capacity : {0.0, 1000.0, 1e30, -4.0, std::nan("")}) {
    RingMemory wrong(2, 1024, 48000);
    wrong.words[static_cast<int>(RingWord::Capacity)] = capacity;
    CHECK(!wrong.ring());
  }
  for (const double channels : {0.0, 33.0, -1.0, 1e9}) {
    RingMemory wrong(2, 1024, 48000);
    wrong.words[static_cast<int>(RingWord::Channels)] = channels;
    CHECK(!wrong.ring());
  }
  for (const double sampleRate : {0.0, -48000.0, 0.5, 1e7, 1e30, std::nan("")}) {
    RingMemory wrong(2, 1024, sampleRate);
    CHECK(!wrong.ring());
  }
}

TEST(what_was_overwritten_is_told) {
  RingMemory memory(1, 256, 48000);
  PcmRing ring = memory.ring();
  std::vector<float> samples(200);
  for (size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<float>(i);
  const float* channels[] = {samples.data()};
  ring.write(channels, 200, 0, 1.0 / 48000);
  float out[100];
  CHECK(ring.read(0, 0, out, 100));
  CHECK_EQUAL(out[99], 99.0f);
  ring.write(channels, 200, 0, 1.0 / 48000);
  CHECK(!ring.read(0, 100, out, 100));
  CHECK(ring.read(0, 200, out, 100));
  CHECK_EQUAL(out[99], 99.0f);
}

TEST(readers_on_other_threads_see_whole_frames_or_are_told) {
  RingMemory memory(2, 1024, 48000);
  PcmRing ring = memory.ring();
  std::atomic<bool> done{false};
  std::atomic<int> whole{0}, torn{0};
  auto reader = [&] {
    float left[64], right[64];
    PcmRing::Anchor anchor{0, 0, 0};
    while (!done.load()) {
      const int64_t from = ring.written() - 64;
      if (from < 0) continue;
      const bool isWhole = ring.read(0, from, left, 64) && ring.read(1, from, right, 64);
      if (!isWhole) continue;
      bool isRight = true;
      for (int i = 0; i < 64; ++i) isRight = isRight && left[i] == static_cast<float>((from + i) % 65536) && right[i] == -left[i];
      ++(isRight ? whole : torn);
      if (ring.readAnchor(anchor) && anchor.seconds != static_cast<double>(anchor.frame)) ++torn;
    }
  };
  std::thread first(reader), second(reader);
  std::vector<float> left(128), right(128);
  const float* channels[] = {left.data(), right.data()};
  for (int64_t frame = 0; frame < 128 * 20000 || whole.load() < 100; frame += 128) {
    for (int i = 0; i < 128; ++i) {
      left[static_cast<size_t>(i)] = static_cast<float>((frame + i) % 65536);
      right[static_cast<size_t>(i)] = -left[static_cast<size_t>(i)];
    }
    ring.write(channels, 128, static_cast<double>(frame), 1);
  }
  done.store(true);
  first.join();
  second.join();
  CHECK_EQUAL(torn.load(), 0);
}

TEST(a_tenth_of_a_percent_between_the_clocks_is_not_heard) {
  for (const double deviation : {0.001, -0.001}) {
    Link link{{48000, deviation, 512, 0, 1}, {48000, 0, 512, 0, 2}, tone(1000, 48000), 300};
    link.reader.start = 0.0037;
    link.run();
    const double early = worstSignalToNoise(link, 1, 1000), settled = worstSignalToNoise(link, 30, 1000);
    std::printf("clocks %+.1f %%: %.1f dB from 1 s on, %.1f dB from 30 s on, latency %.1f ms\n", deviation * 100, early, settled,
                link.latency * 1000);
    CHECK_EQUAL(link.gaps(0.1), 0);
    CHECK(early > 45);  // the speed is still being found
    CHECK(settled > 100);
    CHECK(link.latency < 0.017);
  }
}

TEST(late_wake_ups_and_different_periods_are_not_heard) {
  Link link{{48000, 0.0005, 512, 0.0005, 3}, {48000, -0.0005, 1920, 0.0005, 4}, tone(997, 48000), 300};
  link.run();
  const double early = worstSignalToNoise(link, 2, 997), settled = worstSignalToNoise(link, 60, 997);
  std::printf("periods of 10.7 and 40 ms, late by up to 0.5 ms: %.1f dB from 2 s on, %.1f dB from 60 s on, latency %.1f ms\n", early,
              settled, link.latency * 1000);
  CHECK_EQUAL(link.gaps(0.2), 0);
  CHECK(early > 30);
  CHECK(settled > 60);
}

TEST(sample_rates_are_converted) {
  struct Case {
    double from, to, hertz, least;
  };
  for (const Case& each : {Case{24000, 48000, 3000, 80}, Case{48000, 16000, 3000, 80}, Case{44100, 48000, 10000, 80},
                           Case{8000, 48000, 1000, 80}, Case{96000, 44100, 15000, 80}, Case{48000, 48000, 19000, 80}}) {
    Link link{{each.from, 0.0001, 512, 0, 5}, {each.to, -0.0001, 512, 0, 6}, tone(each.hertz, each.from), 40};
    link.run();
    const double ratio = worstSignalToNoise(link, 30, each.hertz);
    std::printf("%.0f Hz from %.0f to %.0f: %.1f dB\n", each.hertz, each.from, each.to, ratio);
    CHECK(ratio > each.least);
    CHECK_EQUAL(link.gaps(0.2), 0);
  }
}

TEST(what_the_lower_rate_cannot_carry_is_gone) {
  Link link{{48000, 0, 512, 0, 7}, {16000, 0, 512, 0, 8}, tone(9000, 48000), 5};
  link.run();
  float loudest = 0;
  for (size_t i = 16000; i < link.output.size(); ++i) loudest = std::max(loudest, std::fabs(link.output[i]));
  CHECK(loudest < 0.5 * 1e-4);
}

TEST(a_producer_that_stalls_makes_one_gap_and_the_latency_grows_by_it) {
  Link link{{48000, 0, 512, 0, 9}, {48000, 0, 512, 0, 10}, tone(400, 48000), 20};
  // For 30 ms at every second from the fifth on the producer is held up.
  link.stall = [](double time) {
    const double phase = time - std::floor(time);
    return time > 5 && phase < 0.03 ? 0.03 - phase : 0.0;
  };
  link.run();
  const float step = largestStep(link);
  std::printf("stalls of 30 ms: %d quanta without sound, latency %.1f ms, largest step %.4f\n", link.gaps(1), link.latency * 1000, step);
  CHECK(link.gaps(1) > 0);
  CHECK_EQUAL(link.gaps(7), 0);
  CHECK(link.latency < 0.06);
  CHECK(step < 0.06);  // the tone's own steps are 0.026, a fade adds to them
}

TEST(a_producer_that_pauses_leaves_the_latency_alone) {
  Link link{{48000, 0, 512, 0, 11}, {48000, 0, 512, 0, 12}, tone(400, 48000), 12};
  const double before = [] {
    Link still{{48000, 0, 512, 0, 11}, {48000, 0, 512, 0, 12}, tone(400, 48000), 2};
    still.run();
    return still.latency;
  }();
  link.stall = [](double time) { return time > 4 && time < 7 ? 7 - time : 0.0; };
  link.run();
  CHECK_NEAR(link.latency, before, 0.03);
  CHECK(largestStep(link) < 0.06);
  CHECK_EQUAL(link.gaps(9), 0);
}

TEST(many_channels_keep_their_samples_apart) {
  RingMemory memory(3, 4096, 48000);
  PcmRing ring = memory.ring();
  RingReader reader(ring, {48000, 128, 0.003, false});
  float in[3][128], out[3][128];
  const float* inputs[] = {in[0], in[1], in[2]};
  float* outputs[] = {out[0], out[1], out[2]};
  bool had = false;
  for (int quantum = 0; quantum < 40; ++quantum) {
    for (int channel = 0; channel < 3; ++channel) std::fill(in[channel], in[channel] + 128, static_cast<float>(channel + 1));
    ring.write(inputs, 128, quantum * 128 / 48000.0, 1 / 48000.0);
    had = reader.read(outputs, 128, 0, quantum * 128 / 48000.0, 1 / 48000.0);
  }
  CHECK(had);
  for (int channel = 0; channel < 3; ++channel) CHECK_NEAR(out[channel][100], channel + 1, 1e-5);
}

TEST(a_reader_of_the_same_clock_gets_every_frame_a_quantum_later) {
  RingMemory memory(1, 4096, 48000);
  PcmRing ring = memory.ring();
  RingReader reader(ring, {48000, 128, 0.01, true});
  ring.start(1280);
  float in[128], out[128];
  const float* inputs[] = {in};
  float* outputs[] = {out};
  for (int64_t frame = 1280; frame < 12800; frame += 128) {
    for (int i = 0; i < 128; ++i) in[i] = static_cast<float>(frame + i);
    const bool isFirst = (frame / 128) % 2 == 0;  // the producer may run before or after the reader
    if (isFirst) ring.write(inputs, 128, 0, 0);
    CHECK(reader.read(outputs, 128, frame, 0, 0));
    CHECK_EQUAL(out[5], frame == 1280 ? 0.0f : static_cast<float>(frame - 128 + 5));
    if (!isFirst) ring.write(inputs, 128, 0, 0);
  }
}
