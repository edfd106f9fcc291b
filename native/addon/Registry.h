// Objects of the process by number, so that one thread's script can tell another's which one it means. Any thread.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>

namespace mediant::addon {

template <typename Object>
class Registry {
 public:
  int add(const std::shared_ptr<Object>& object) {
    const std::lock_guard<std::mutex> lock(mutex_);
    objects_[++last_] = object;
    return last_;
  }

  void remove(int number) {
    const std::lock_guard<std::mutex> lock(mutex_);
    objects_.erase(number);
  }

  // Null when there is none any more.
  std::shared_ptr<Object> find(int number) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = objects_.find(number);
    return found == objects_.end() ? nullptr : found->second.lock();
  }

 private:
  std::mutex mutex_;
  int last_ = 0;
  std::unordered_map<int, std::weak_ptr<Object>> objects_;
};

}  // namespace mediant::addon
