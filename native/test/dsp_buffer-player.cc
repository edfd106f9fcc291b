// BufferPlayer against the playback algorithm of the specification, transcribed frame by frame.
// https://webaudio.github.io/web-audio-api/#playback-AudioBufferSourceNode
#include "audio/dsp/BufferPlayer.h"

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "test/check.h"

using namespace mediant::audio;

namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();

struct Settings {
  double contextRate = 1000;
  double bufferRate = 1000;
  size_t length = 300;
  bool loop = false;
  double loopStart = 0, loopEnd = 0;  // seconds
  double when = 0, offset = 0, duration = kForever, stop = kForever;
  float rate = 1, detune = 0;
};

std::vector<float> noise(size_t n) {
  std::mt19937 engine(7);
  std::uniform_real_distribution<float> distribution(-1, 1);
  std::vector<float> values(n);
  for (float& value : values) value = distribution(engine);
  return values;
}

// The algorithm, with linear interpolation, and with a start between frames counted from its exact time. Times that
// differ by less than a millionth of a frame are the same.
std::vector<double> reference(const Settings& s, const std::vector<float>& buffer, size_t frames) {
  const double dt = 1 / s.contextRate, slack = 1e-6;
  const double length = static_cast<double>(buffer.size());
  const double rate = s.rate * std::exp2(s.detune / 1200.0);
  double actualStart = 0, actualEnd = length;  // buffer frames
  if (s.loop && s.loopStart >= 0 && s.loopEnd > 0 && s.loopStart < s.loopEnd &&
      s.loopStart * s.bufferRate < length) {
    actualStart = s.loopStart * s.bufferRate;
    actualEnd = std::min(s.loopEnd * s.bufferRate, length);
  }
  bool started = false, entered = false;
  double offset = s.offset * s.bufferRate, position = 0, elapsed = 0;

  const auto at = [&](double x) {
    const size_t k = std::min<size_t>(static_cast<size_t>(x), buffer.size() - 1);
    const size_t next = std::min(k + 1, buffer.size() - 1);
    return buffer[k] + (static_cast<double>(buffer[next]) - buffer[k]) * (x - std::floor(x));
  };
  std::vector<double> output(frames);
  for (size_t i = 0; i < frames; i++) {
    const double now = static_cast<double>(i) - s.when * s.contextRate;  // frames since the start
    if (now < -slack || i >= s.stop * s.contextRate - slack || elapsed >= s.duration - slack * dt) continue;
    if (!started) {
      if (s.loop && rate >= 0 && offset >= actualEnd) offset = actualEnd;
      if (s.loop && rate < 0 && offset < actualStart) offset = actualStart;
      elapsed = now > slack ? now * dt * rate : 0;
      position = offset + elapsed * s.bufferRate;
      started = true;
    }
    if (s.loop) {
      if (!entered) {
        if (offset < actualEnd && position >= actualStart) entered = true;
        if (offset >= actualEnd && position < actualEnd) entered = true;
      }
      if (entered) {
        const double span = actualEnd - actualStart;
        while (position >= actualEnd - slack) position -= span;
        while (position < actualStart - slack) position += span;
      }
    }
    if (position >= -slack && position < length - slack) {
      position = std::max(position, 0.0);
      const double whole = std::floor(position);
      const double value = buffer[static_cast<size_t>(whole)];
      double next;
      if (entered && whole + 1 >= actualEnd) {
        next = at(actualStart + std::fmod(whole + 1 - actualEnd, actualEnd - actualStart));
      } else if (whole + 1 < length) {
        next = buffer[static_cast<size_t>(whole) + 1];
      } else {
        next = buffer.size() > 1 ? 2 * value - buffer[buffer.size() - 2] : value;
      }
      output[i] = value + (next - value) * (position - whole);
    }
    position += dt * rate * s.bufferRate;
    elapsed += dt * rate;
  }
  return output;
}

struct Played {
  std::vector<float> output;
  size_t finishedAt = SIZE_MAX;  // first frame behind the quantum that reported the end
};

Played play(const Settings& s, const std::vector<float>& buffer, size_t frames, size_t quantum = 128) {
  const float* channels[] = {buffer.data()};
  BufferPlayer player(s.contextRate);
  player.setBuffer({channels, 1, buffer.size(), s.bufferRate});
  player.setLoop(s.loop, s.loopStart, s.loopEnd);
  player.start(s.when, s.offset, s.duration < kForever ? s.duration : -1);
  if (s.stop < kForever) player.stop(s.stop);
  Played played;
  for (size_t frame = 0; frame < frames; frame += quantum) {
    const size_t n = std::min(quantum, frames - frame);
    std::vector<float> block(n, NAN);
    float* output[] = {block.data()};
    const BufferPlayer::Result result = player.render(output, frame, n, s.rate, s.detune);
    for (size_t i = 0; i < n; i++) {
      if (i < result.begin || i >= result.end) CHECK_EQUAL(block[i], 0.0f);
    }
    played.output.insert(played.output.end(), block.begin(), block.end());
    if (result.finished && played.finishedAt == SIZE_MAX) played.finishedAt = frame + n;
  }
  return played;
}

void compare(const Settings& s, size_t frames = 1500) {
  const std::vector<float> buffer = noise(s.length);
  const std::vector<double> expected = reference(s, buffer, frames);
  for (size_t quantum : {128, 100, 1}) {
    const Played played = play(s, buffer, frames, quantum);
    // The fraction and the interpolation are floats: two roundings of numbers up to 2. At high rates and behind many
    // turns of a loop the playhead itself is uncertain by 1e-10.
    for (size_t i = 0; i < frames; i++) CHECK_NEAR(played.output[i], expected[i], 4e-7);
  }
}

}  // namespace

TEST(plays_unchanged_at_its_own_rate) {
  Settings s;
  const std::vector<float> buffer = noise(300);
  for (double when : {0.0, 0.1, 0.127, 0.128, 0.3}) {
    s.when = when;
    const Played played = play(s, buffer, 1000);
    const size_t begin = static_cast<size_t>(std::lround(when * 1000));
    for (size_t i = 0; i < 1000; i++) {
      CHECK_EQUAL(played.output[i], i >= begin && i < begin + 300 ? buffer[i - begin] : 0.0f);
    }
    CHECK_EQUAL(played.finishedAt, (begin + 300 + 127) / 128 * 128);
  }
}

TEST(start_between_frames) {
  // sub-sample-scheduling.html
  std::vector<float> ramp(8192);
  for (size_t i = 0; i < ramp.size(); i++) ramp[i] = static_cast<float>(i + 1);
  for (double start : {33.1, 33.9}) {
    Settings s;
    s.contextRate = s.bufferRate = 32768;
    s.when = start / 32768;
    const std::vector<float> output = play(s, ramp, 8192).output;
    for (size_t i = 0; i <= 33; i++) CHECK_EQUAL(output[i], 0.0f);
    for (size_t i = 34; i < 8191; i++) {
      const double s0 = ramp[i - 33], s1 = ramp[i - 34], delta = start + static_cast<double>(i - 34) - i;
      CHECK_EQUAL(output[i], static_cast<float>(s1 - delta * (s0 - s1)));
    }
  }
  for (float rate : {0.25f, 4.0f}) {
    Settings s;
    s.contextRate = s.bufferRate = 32768;
    s.when = 17.8 / 32768;
    s.rate = rate;
    const std::vector<float> output = play(s, ramp, 256).output;
    CHECK_EQUAL(output[17], 0.0f);
    const double expected = 1 + (18 - 17.8) * rate;
    CHECK_NEAR(output[18], expected, 4.542e-8 * expected);
  }
}

TEST(stops_between_frames) {
  for (double end : {33.0, 33.1, 33.9}) {
    Settings s;
    s.contextRate = s.bufferRate = 32768;
    s.stop = end / 32768;
    const Played played = play(s, std::vector<float>(128, 1.0f), 128);
    const size_t last = end > 33 ? 33 : 32;
    for (size_t i = 0; i < 128; i++) CHECK_EQUAL(played.output[i], i <= last ? 1.0f : 0.0f);
    CHECK_EQUAL(played.finishedAt, 128u);
  }
}

TEST(grains_have_their_exact_length) {
  for (auto [begin, end] : {std::pair{3.1, 37.2}, {5.8, 43.9}}) {
    Settings s;
    s.contextRate = s.bufferRate = 32768;
    s.when = begin / 32768;
    s.duration = (end - begin) / 32768;
    const std::vector<float> output = play(s, std::vector<float>(128, 1.0f), 128).output;
    for (size_t i = 0; i < 128; i++) {
      CHECK_EQUAL(output[i], i > std::floor(begin) && i < std::ceil(end) ? 1.0f : 0.0f);
    }
  }
}

TEST(follows_the_algorithm_without_loop) {
  for (float rate : {1.0f, 0.5f, 0.918f, 1.7f, 23.0f, 0.0f, -1.0f, -0.3f}) {
    for (double bufferRate : {1000.0, 441.0, 3333.0}) {
      for (double offset : {0.0, 0.05, 0.0503}) {
        for (double when : {0.0, 0.1, 0.1234}) {
          Settings s;
          s.rate = rate;
          s.bufferRate = bufferRate;
          s.offset = offset;
          s.when = when;
          compare(s, 700);
        }
      }
    }
  }
}

TEST(follows_the_algorithm_in_loops) {
  for (float rate : {1.0f, 0.37f, 2.5f, 41.0f, -1.0f, -0.7f, -13.0f}) {
    for (auto [loopStart, loopEnd] : {std::pair{0.0, 0.0}, {0.05, 0.15}, {0.0503, 0.1508}, {0.2, 0.1}, {-1.0, 0.2},
                                      {0.1, 9.0}, {0.1, 0.1015}, {0.1, 0.1007}, {5.0, 6.0}}) {
      for (double offset : {0.0, 0.1, 0.1003, 0.2, 0.3}) {
        Settings s;
        s.loop = true;
        s.rate = rate;
        s.loopStart = loopStart;
        s.loopEnd = loopEnd;
        s.offset = offset;
        s.when = 0.0304;
        compare(s, 900);
      }
    }
  }
}

TEST(detune_and_rate_are_one_parameter) {
  Settings s;
  s.rate = 0.5f;
  s.detune = 1200;
  const std::vector<float> buffer = noise(300);
  const std::vector<float> output = play(s, buffer, 512).output;
  for (size_t i = 0; i < 300; i++) CHECK_EQUAL(output[i], buffer[i]);
}

TEST(duration_counts_buffer_time) {
  for (float rate : {1.0f, 2.0f, 0.5f}) {
    for (double duration : {0.0, 0.1, 0.1001, 0.5}) {
      for (bool loop : {false, true}) {
        Settings s;
        s.rate = rate;
        s.duration = duration;
        s.loop = loop;
        compare(s);
        const Played played = play(s, noise(s.length), 1500);
        const double played_seconds = loop ? duration : std::min(duration, 0.3);
        const double frames = std::ceil(played_seconds * 1000 / rate - 1e-6);
        CHECK_EQUAL(played.finishedAt, std::max<size_t>(1, (static_cast<size_t>(frames) + 127) / 128) * 128);
      }
    }
  }
  // audiobuffersource-duration-loop.html
  Settings s;
  s.contextRate = s.bufferRate = 48000;
  s.loop = true;
  s.loopStart = s.offset = 1024 / 48000.0;
  s.loopEnd = s.duration = 2048 / 48000.0;
  std::vector<float> buffer(2048);
  std::fill(buffer.begin() + 1024, buffer.end(), 1.0f);
  const std::vector<float> output = play(s, buffer, 4096).output;
  for (size_t i = 0; i < 4096; i++) CHECK_EQUAL(output[i], i < 2048 ? 1.0f : 0.0f);
}

TEST(one_frame_loop_is_constant) {
  Settings s;
  s.contextRate = s.bufferRate = 44100;
  s.loop = true;
  s.when = 0.3 / 44100;
  const std::vector<float> output = play(s, {0.75f}, 1000).output;
  for (size_t i = 1; i < 1000; i++) CHECK_EQUAL(output[i], 0.75f);
}

TEST(rate_zero_holds_a_sample) {
  Settings s;
  s.rate = 0;
  s.when = 0.0273;
  s.offset = 0.1;
  const std::vector<float> buffer = noise(300);
  const Played played = play(s, buffer, 1000);
  for (size_t i = 28; i < 1000; i++) CHECK_EQUAL(played.output[i], buffer[100]);
  CHECK_EQUAL(played.finishedAt, SIZE_MAX);
}

TEST(buffers_stitch_between_frames) {
  // sub-sample-buffer-stitching.html: a sine cut into buffers, each started where the one before ends.
  for (auto [bufferRate, threshold] : {std::pair{44100.0, 85.58}, {43800.0, 65.737}}) {
    constexpr size_t kFrames = 44100, kLength = 30;
    const double omega = 2 * 3.14159265358979323846 * 440;
    std::vector<float> sum(kFrames);
    for (size_t first = 0; first < kFrames; first += kLength) {
      std::vector<float> piece(kLength);
      for (size_t i = 0; i < kLength; i++) {
        piece[i] = first + i < kFrames ? static_cast<float>(std::sin(omega / bufferRate * (first + i))) : 0;
      }
      Settings s;
      s.contextRate = 44100;
      s.bufferRate = bufferRate;
      s.when = first / bufferRate;
      const size_t frame = static_cast<size_t>(s.when * 44100);
      if (frame >= kFrames) break;
      // Rendered around its place only.
      const float* channels[] = {piece.data()};
      BufferPlayer player(44100);
      player.setBuffer({channels, 1, kLength, bufferRate});
      player.start(s.when, 0, -1);
      std::vector<float> block(64);
      float* output[] = {block.data()};
      player.render(output, frame, 64, 1, 0);
      for (size_t i = 0; i < 64 && frame + i < kFrames; i++) sum[frame + i] += block[i];
    }
    double signal = 0, error = 0;
    for (size_t i = 0; i < kFrames; i++) {
      const double expected = std::sin(omega / 44100 * i);
      signal += expected * expected;
      error += (sum[i] - expected) * (sum[i] - expected);
    }
    CHECK(10 * std::log10(signal / error) >= threshold);
  }
}

TEST(late_buffers_and_changes_while_playing) {
  const std::vector<float> buffer = noise(300);
  const float* channels[] = {buffer.data()};
  std::vector<float> block(100);
  float* output[] = {block.data()};
  BufferPlayer player(1000);
  CHECK_EQUAL(player.firstFrame(), BufferPlayer::kNever);
  player.start(0.05, 0.02, -1);
  CHECK_EQUAL(player.firstFrame(), 50u);
  CHECK(!player.render(output, 0, 100, 1, 0).finished);
  // Playback begins when there is something to play.
  player.setBuffer({channels, 1, 300, 1000});
  player.render(output, 100, 100, 1, 0);
  for (size_t i = 0; i < 100; i++) CHECK_EQUAL(block[i], buffer[20 + i]);
  // A loop switched on takes the playhead in, and lets it go when it is switched off.
  player.setLoop(true, 0.1, 0.15);
  player.render(output, 200, 100, 1, 0);
  for (size_t i = 0; i < 100; i++) CHECK_EQUAL(block[i], buffer[100 + (20 + i) % 50]);
  player.setLoop(false, 0.1, 0.15);
  player.render(output, 300, 100, 1, 0);
  for (size_t i = 0; i < 100; i++) CHECK_EQUAL(block[i], buffer[120 + i]);
  player.stop(0.45);
  const BufferPlayer::Result result = player.render(output, 400, 100, 1, 0);
  CHECK_EQUAL(result.end, 50u);
  CHECK(result.finished);
  CHECK(player.render(output, 500, 100, 1, 0).finished);
}

TEST(stop_before_start_plays_nothing) {
  Settings s;
  s.when = 0.5;
  s.stop = 0.2;
  const Played played = play(s, noise(300), 1000);
  for (float sample : played.output) CHECK_EQUAL(sample, 0.0f);
  CHECK_EQUAL(played.finishedAt, 256u);
}

TEST(several_channels_stay_together) {
  const std::vector<float> left = noise(300);
  std::vector<float> right(300);
  for (size_t i = 0; i < 300; i++) right[i] = -left[i];
  const float* channels[] = {left.data(), right.data()};
  BufferPlayer player(1000);
  player.setBuffer({channels, 2, 300, 700});
  player.setLoop(true, 0, 0);
  player.start(0, 0, -1);
  std::vector<float> a(1000), b(1000);
  float* output[] = {a.data(), b.data()};
  player.render(output, 0, 1000, 1.1f, 0);
  for (size_t i = 0; i < 1000; i++) CHECK_EQUAL(a[i], -b[i]);
}

TEST(nothing_reads_outside_the_buffer) {
  // Mostly for AddressSanitizer: random settings, some absurd.
  std::mt19937 engine(99);
  std::uniform_real_distribution<double> unit(0, 1);
  for (int turn = 0; turn < 3000; turn++) {
    Settings s;
    s.length = 1 + static_cast<size_t>(unit(engine) * 50);
    s.bufferRate = 500 + unit(engine) * 3000;
    s.loop = unit(engine) < 0.7;
    s.loopStart = unit(engine) * 0.1 - 0.01;
    s.loopEnd = s.loopStart + (unit(engine) - 0.1) * std::pow(10, -4 * unit(engine)) * 0.1;
    s.offset = unit(engine) * 0.06;
    s.when = unit(engine) * 0.01;
    s.rate = static_cast<float>((unit(engine) - 0.3) * std::pow(10, 8 * unit(engine) - 4));
    const Played played = play(s, std::vector<float>(s.length, 1.0f), 400);
    for (float sample : played.output) CHECK(sample > -0.01f && sample < 1.01f);
  }
  for (float rate : {INFINITY, -INFINITY, NAN, 3e38f, -3e38f}) {
    for (bool loop : {false, true}) {
      Settings s;
      s.rate = rate;
      s.loop = loop;
      for (float sample : play(s, noise(300), 1000).output) CHECK(std::isfinite(sample));
    }
  }
}
