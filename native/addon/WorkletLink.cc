#include "addon/WorkletLink.h"

#include <unordered_map>

#include "addon/EventChannel.h"

namespace mediant::addon {

namespace {

struct Registry {
  std::mutex mutex;
  std::unordered_map<int, std::weak_ptr<WorkletLink>> links;
  int lastNumber = 0;
};

// Never destroyed: environments may end after static objects.
Registry& registry() {
  static auto* instance = new Registry;
  return *instance;
}

}  // namespace

std::shared_ptr<WorkletLink> WorkletLink::create(audio::Engine& engine, audio::LendableDriver& driver) {
  Registry& all = registry();
  const std::lock_guard<std::mutex> lock(all.mutex);
  std::shared_ptr<WorkletLink> link(new WorkletLink(engine, driver, ++all.lastNumber));
  all.links[link->number_] = link;
  driver.setBorrowerWake(wake, link.get());
  return link;
}

std::shared_ptr<WorkletLink> WorkletLink::find(int number) {
  Registry& all = registry();
  const std::lock_guard<std::mutex> lock(all.mutex);
  const auto found = all.links.find(number);
  return found == all.links.end() ? nullptr : found->second.lock();
}

void WorkletLink::takeBack() {
  std::unique_lock<std::mutex> lock(mutex_);
  left_.wait(lock, [this] { return !isInside_; });
  channel_ = nullptr;
  if (!isClosed_) driver_.takeBack();
}

void WorkletLink::close() {
  {
    std::unique_lock<std::mutex> lock(mutex_);
    isClosed_ = true;
    channel_ = nullptr;
    driver_.interrupt();
    left_.wait(lock, [this] { return !isInside_; });
  }
  Registry& all = registry();
  const std::lock_guard<std::mutex> lock(all.mutex);
  all.links.erase(number_);
}

bool WorkletLink::borrow(EventChannel& channel) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (isClosed_) return false;
    isInside_ = true;
  }
  // Not under the lock, since the driver's thread may be about to wake the borrower.
  driver_.lend();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    isInside_ = false;
    if (!isClosed_) channel_ = &channel;
  }
  left_.notify_all();
  return true;
}

WorkletLink::Turn WorkletLink::turn(int64_t nanoseconds, double* clock) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (isClosed_ || channel_ == nullptr) return Turn::Ended;
    isInside_ = true;
  }
  *clock = static_cast<double>(engine_.currentFrame());
  const Turn turn = driver_.turn(nanoseconds);
  *clock = static_cast<double>(engine_.currentFrame());
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    isInside_ = false;
  }
  left_.notify_all();
  return turn;
}

void WorkletLink::leave() {
  const std::lock_guard<std::mutex> lock(mutex_);
  channel_ = nullptr;
}

void WorkletLink::wake(void* self) {
  auto* link = static_cast<WorkletLink*>(self);
  const std::lock_guard<std::mutex> lock(link->mutex_);
  if (link->channel_ != nullptr) link->channel_->notify();
}

}  // namespace mediant::addon
