#include "BufferPlayer.h"

#include <cmath>

#include "../kernels/Kernels.h"

namespace mediant::audio {

namespace {

// Times are sums and products of a script, so one meant for a frame may miss it by a rounding error. A millionth of a
// frame counts as nothing.
constexpr double kSlackFrames = 1e-6;

// Frames until a position that moves by `step` > 0 has covered `distance`.
size_t framesToCover(double distance, double step, size_t limit) {
  const double frames = std::ceil(distance / step - kSlackFrames);
  if (!(frames > 0)) return 0;
  return frames < static_cast<double>(limit) ? static_cast<size_t>(frames) : limit;
}

double snapToFrame(double position) {
  const double nearest = std::round(position);
  return std::fabs(position - nearest) < kSlackFrames ? nearest : position;
}

}  // namespace

void BufferPlayer::setBuffer(const BufferView& buffer) {
  buffer_ = buffer;
  settleLoop();
}

void BufferPlayer::setLoop(bool loop, double loopStart, double loopEnd) {
  loop_ = loop;
  loopStart_ = loopStart;
  loopEnd_ = loopEnd;
  settleLoop();
}

void BufferPlayer::start(double when, double offset, double duration) {
  started_ = true;
  when_ = when;
  startFrame_ = frameAt(when);
  offset_ = offset;
  duration_ = duration;
}

void BufferPlayer::stop(double when) { stopFrame_ = frameAt(when > 0 ? when : 0); }

uint64_t BufferPlayer::frameAt(double seconds) const {
  const double frame = std::ceil(seconds * sampleRate_ - kSlackFrames);
  if (!(frame > 0)) return 0;
  return frame < 9007199254740992.0 ? static_cast<uint64_t>(frame) : kNever;
}

uint64_t BufferPlayer::firstFrame() const {
  if (!started_) return kNever;
  return stopFrame_ < startFrame_ ? stopFrame_ : startFrame_;
}

// "Determine loop endpoints as applicable." End points outside the buffer make the loop the whole buffer.
void BufferPlayer::settleLoop() {
  const double length = static_cast<double>(buffer_.length);
  actualLoop_ = {0, length};
  if (loop_ && loopStart_ >= 0 && loopEnd_ > 0 && loopStart_ < loopEnd_) {
    const double start = snapToFrame(loopStart_ * buffer_.sampleRate);
    const double end = snapToFrame(loopEnd_ * buffer_.sampleRate);
    const Loop loop{start, end < length ? end : length};
    if (loop.length() > 0) actualLoop_ = loop;
  }
}

// Puts the playhead where it is at context frame `frame`, the first one played.
void BufferPlayer::begin(uint64_t frame, double rate) {
  startPosition_ = snapToFrame(offset_ * buffer_.sampleRate);
  if (loop_) {
    if (rate >= 0 && startPosition_ >= actualLoop_.end) startPosition_ = actualLoop_.end;
    if (rate < 0 && startPosition_ < actualLoop_.start) startPosition_ = actualLoop_.start;
  }
  // The start may lie between two frames; a buffer that came late starts at its beginning.
  const double late = static_cast<double>(frame) - when_ * sampleRate_;
  const double elapsed = late > kSlackFrames && late < 1 ? late / sampleRate_ * rate : 0;
  position_ = startPosition_ + elapsed * buffer_.sampleRate;
  elapsed_ = elapsed;
  playing_ = true;
}

// "Handle loop-related calculations."
void BufferPlayer::updateLoop(double step) {
  const Loop loop = actualLoop_;
  if (!enteredLoop_) {
    // Playback began before or within the loop and is now past its start, or began after it and is now before its end.
    enteredLoop_ = startPosition_ < loop.end ? position_ >= loop.start : position_ < loop.end;
  }
  if (!enteredLoop_) return;
  double offset = position_ - loop.start;
  if (offset < 0 || offset >= loop.length() - kSlackFrames) {
    offset -= std::floor(offset / loop.length()) * loop.length();
    if (offset >= loop.length() - kSlackFrames && step >= 0) offset = 0;
    position_ = loop.start + offset;
    if (position_ >= loop.end) position_ = loop.start;
  }
}

// The playback signal at the playhead, interpolated linearly. Beyond the last frame of a loop comes its first one, and
// beyond the last frame of the buffer the line through the last two goes on.
float BufferPlayer::interpolate(const float* channel) const {
  const Loop loop = actualLoop_;
  const size_t last = buffer_.length - 1;
  const double whole = std::floor(position_);
  const size_t index = static_cast<size_t>(whole) < last ? static_cast<size_t>(whole) : last;
  const float fraction = static_cast<float>(position_ - whole);
  const float value = channel[index];
  if (fraction == 0) return value;

  float next;
  if (enteredLoop_ && whole + 1 >= loop.end) {
    const double beyond = std::fmod(whole + 1 - loop.end, loop.length());
    const double position = loop.start + beyond;
    const size_t k = static_cast<size_t>(position) < last ? static_cast<size_t>(position) : last;
    const float after = channel[k < last ? k + 1 : last];
    next = channel[k] + (after - channel[k]) * static_cast<float>(position - std::floor(position));
  } else if (index < last) {
    next = channel[index + 1];
  } else {
    next = last > 0 ? 2 * value - channel[last - 1] : value;
  }
  return value + (next - value) * fraction;
}

// Writes frames [from, to), advancing the playhead by `step` each, and returns where it ended: `to`, or earlier where
// the buffer is over.
size_t BufferPlayer::produce(float* const* output, size_t from, size_t to, double step) {
  const Kernels& k = kernels();
  const double length = static_cast<double>(buffer_.length);
  const Loop loop = actualLoop_;
  if (!loop_) enteredLoop_ = false;

  while (from < to) {
    if (loop_) updateLoop(step);
    const bool over = step > 0 ? position_ >= length - kSlackFrames : step < 0 && position_ < -kSlackFrames;
    if (over && !loop_) return from;

    size_t count = to - from;
    if (!(position_ > -kSlackFrames && position_ < length - (step > 0 ? kSlackFrames : 0))) {
      // Outside the buffer, and on the way back into it or never to return.
      const double back = step > 0 ? -position_ : position_ - length;
      if (step != 0 && back >= 0) count = framesToCover(back, std::fabs(step), count);
      if (count == 0) count = 1;
      for (size_t channel = 0; channel < buffer_.channelCount; channel++) k.fill(output[channel] + from, 0, count);
    } else if (step == 0) {
      for (size_t channel = 0; channel < buffer_.channelCount; channel++) {
        k.fill(output[channel] + from, interpolate(buffer_.channels[channel]), count);
      }
    } else {
      if (position_ < 0) position_ = 0;
      // Up to here the formula for the inside of the buffer holds: both neighbours exist and follow one another. What
      // lies within kSlackFrames of a border is left to interpolate().
      double border;
      if (loop_ && !enteredLoop_ && step > 0 && position_ < loop.start) {
        border = loop.start;
      } else if (loop_ && !enteredLoop_ && step < 0 && position_ >= loop.end) {
        border = loop.end;
      } else if (step > 0) {
        border = enteredLoop_ ? loop.end : length;
      } else {
        border = enteredLoop_ ? loop.start : 0;
      }

      const bool whole = position_ == std::floor(position_);
      if (step == 1 && whole) {
        count = framesToCover(border - position_, 1, count);
        if (count == 0) count = 1;
        for (size_t channel = 0; channel < buffer_.channelCount; channel++) {
          k.copy(output[channel] + from, buffer_.channels[channel] + static_cast<size_t>(position_), count);
        }
      } else {
        const double inner = enteredLoop_ ? std::ceil(loop.end) - 1 : length - 1;
        const bool inside = position_ <= inner - kSlackFrames;
        if (step > 0) {
          const double distance = (border < inner ? border : inner) - kSlackFrames - position_;
          count = inside ? framesToCover(distance, step, count) : 0;
        } else {
          count = inside ? framesToCover(position_ - border - kSlackFrames, -step, count) : 0;
        }
        if (count > 0) {
          for (size_t channel = 0; channel < buffer_.channelCount; channel++) {
            k.resampleLinear(output[channel] + from, buffer_.channels[channel], position_, step, count);
          }
        } else {
          count = 1;
          for (size_t channel = 0; channel < buffer_.channelCount; channel++) {
            output[channel][from] = interpolate(buffer_.channels[channel]);
          }
        }
      }
    }
    position_ += step * static_cast<double>(count);
    from += count;
  }
  return from;
}

BufferPlayer::Result BufferPlayer::render(float* const* output, uint64_t frame, size_t n, float playbackRate,
                                          float detune) {
  const Kernels& k = kernels();
  const auto clear = [&](size_t from, size_t to) {
    if (from == to) return;
    for (size_t channel = 0; channel < buffer_.channelCount; channel++) k.fill(output[channel] + from, 0, to - from);
  };
  const auto indexOf = [&](uint64_t at) {
    return at <= frame ? 0 : at - frame < n ? static_cast<size_t>(at - frame) : n;
  };

  Result result;
  const size_t begin = started_ && !finished_ ? indexOf(startFrame_) : n;
  const size_t stop = indexOf(stopFrame_);
  const bool stops = started_ && stopFrame_ <= frame + n;
  const bool audible = buffer_.channelCount > 0 && buffer_.length > 0;
  if (begin >= stop || !audible) {
    clear(0, n);
    finished_ = finished_ || stops;
    result.finished = finished_;
    return result;
  }

  // Combine the two k-rate parameters affecting playback rate.
  double rate = playbackRate;
  if (detune != 0) rate *= std::exp2(static_cast<double>(detune) / 1200);
  constexpr double kHighestRate = 1 << 20;  // beyond this nothing but noise is left
  if (rate != rate) rate = 0;
  rate = rate > kHighestRate ? kHighestRate : rate < -kHighestRate ? -kHighestRate : rate;
  if (!playing_) this->begin(frame + begin, rate);

  size_t end = stop;
  bool ends = stops;
  if (duration_ >= 0) {
    const double left = duration_ - elapsed_;
    const double perFrame = rate / sampleRate_;
    size_t frames = end - begin;
    if (left <= 0) {
      frames = 0;
    } else if (perFrame > 0) {
      frames = framesToCover(left, perFrame, frames + 1);
    } else {
      frames++;
    }
    if (frames <= end - begin) {
      end = begin + frames;
      ends = true;
    }
  }

  const size_t produced = produce(output, begin, end, rate * buffer_.sampleRate / sampleRate_);
  elapsed_ += static_cast<double>(produced - begin) * rate / sampleRate_;
  if (produced < end) ends = true;
  // The buffer may have ended with this very quantum: look ahead, so that the end is not reported a quantum late.
  const double length = static_cast<double>(buffer_.length);
  if (!loop_ && (rate > 0 ? position_ >= length - kSlackFrames : rate < 0 && position_ < -kSlackFrames)) ends = true;

  clear(0, begin);
  clear(produced, n);
  finished_ = ends;
  result.begin = begin;
  result.end = produced;
  result.finished = finished_;
  return result;
}

}  // namespace mediant::audio
