#include "jira/site.hpp"

#include <array>

#include "base/text.hpp"

namespace oms::jira {
namespace {

using namespace std::chrono_literals;

constexpr Duration asked_again_in_doubt = 5s;
/// Every outage is not an upgrade.
constexpr Duration asked_again_after_outage = 15s;

struct Generation {
    int major_least = 0;
    std::unique_ptr<const Dialect> (*dialect)() = nullptr;
};

/// Of Server and Data Center, the latest first.
constexpr std::array<Generation, 3> generations{{
    {10, data_center_10_dialect},
    {9, data_center_9_dialect},
    {1, server_8_dialect},
}};

}  // namespace

std::unique_ptr<const Dialect> dialect_of(const ServerInfo& info, Deployment forced) {
    const bool cloud = forced == Deployment::automatic ? lower(info.deployment) == "cloud"
                                                       : forced == Deployment::cloud;
    if (cloud) return cloud_dialect();
    for (const Generation& one : generations) {
        if (info.major >= one.major_least) return one.dialect();
    }
    return data_center_9_dialect();
}

bool is_another(const ServerInfo& info, Deployment forced) {
    if (info.deployment.empty() || forced == Deployment::automatic) return false;
    return (lower(info.deployment) == "cloud") != (forced == Deployment::cloud);
}

Site::Site(Clock& clock, Deployment forced)
    : clock_{clock},
      forced_{forced},
      dialect_{dialect_of({}, forced)} {}

void Site::on_news(Told told) {
    const std::scoped_lock lock{mutex_};
    told_ = std::move(told);
}

std::shared_ptr<const Dialect> Site::dialect() const {
    const std::scoped_lock lock{mutex_};
    return dialect_;
}

bool Site::is_known() const {
    const std::scoped_lock lock{mutex_};
    return info_.has_value() || forced_ != Deployment::automatic;
}

bool Site::take_question() {
    const std::scoped_lock lock{mutex_};
    const Instant now = clock_.now();
    // Asked at a time that is yet to come: the clock was set back.
    const bool asked = asked_at_ && *asked_at_ <= now;
    const Duration since = asked ? now - *asked_at_ : Duration::max();
    const bool unknown =
        !info_ && (forced_ == Deployment::automatic || since >= asked_again_after_outage);
    const bool wanted = unknown || (doubt_ == Doubt::strong && since >= asked_again_in_doubt) ||
                        (doubt_ == Doubt::away && since >= asked_again_after_outage);
    if (wanted) asked_at_ = now;
    return wanted;
}

void Site::learn(const ServerInfo& info) {
    Told told;
    std::string name;
    {
        const std::scoped_lock lock{mutex_};
        doubt_ = Doubt::none;
        asked_at_ = clock_.now();
        const bool news =
            !info_ || info_->version != info.version || info_->deployment != info.deployment;
        if (!news) return;
        info_ = info;
        dialect_ = dialect_of(info, forced_);
        fields_.reset();
        screens_.clear();
        service_desks_.clear();
        name = dialect_->name();
        told = told_;
        ++edition_;
    }
    if (told) told(info, name);
}

void Site::doubt() {
    const std::scoped_lock lock{mutex_};
    doubt_ = Doubt::strong;
}

void Site::was_away() {
    const std::scoped_lock lock{mutex_};
    if (doubt_ == Doubt::none) doubt_ = Doubt::away;
}

std::string Site::account() const {
    const std::scoped_lock lock{mutex_};
    return account_;
}

void Site::learn_account(const std::string& account) {
    const std::scoped_lock lock{mutex_};
    if (account_.empty()) account_ = account;
}

std::optional<Site::Fields> Site::fields() const {
    const std::scoped_lock lock{mutex_};
    return fields_;
}

void Site::learn(Fields fields) {
    const std::scoped_lock lock{mutex_};
    fields_ = std::move(fields);
}

std::optional<std::set<std::string>> Site::screen(const std::string& issue_type) const {
    const std::scoped_lock lock{mutex_};
    const auto found = screens_.find(issue_type);
    return found == screens_.end() ? std::nullopt : std::optional{found->second};
}

void Site::learn_screen(const std::string& issue_type, std::set<std::string> ids) {
    const std::scoped_lock lock{mutex_};
    screens_[issue_type] = std::move(ids);
}

std::optional<bool> Site::is_service_desk(const std::string& project) const {
    const std::scoped_lock lock{mutex_};
    const auto found = service_desks_.find(project);
    return found == service_desks_.end() ? std::nullopt : std::optional{found->second};
}

void Site::learn_service_desk(const std::string& project, bool is) {
    const std::scoped_lock lock{mutex_};
    service_desks_[project] = is;
}

void Site::forget_fields() {
    const std::scoped_lock lock{mutex_};
    fields_.reset();
    screens_.clear();
}

}  // namespace oms::jira
