#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/secret.hpp"
#include "domain/marketplace.hpp"
#include "http/transport.hpp"

namespace oms::marketplace {

struct Settings {
    std::string url = {};  ///< `https://marketplace.example.org`, without a slash at its end
    Secret token = {};     ///< X-User-Token
    OmsId oms = {};
};

/// One answer's elements in the order of the wire. An element that cannot be read does not take
/// the others along.
template <class T>
struct Page {
    std::vector<T> elements = {};
    int count = 0;       ///< as many as the answer had: equal to the limit, there may be more
    int unreadable = 0;  ///< of them
};

struct OrderPatch {
    std::optional<Status> status = std::nullopt;        ///< never `created`
    std::optional<std::string> voucher = std::nullopt;  ///< "" takes it away
};

/// The Ordering API (`/api/v1/oms`), every call that an OMS has. For one thread, like its transport.
///
/// Errors: `missing` and `forbidden` are about the entity as long as our token works, which the
/// API checks first; `unauthorized` for 401 and for the redirect to its sign-in page; a server's
/// failure is `not_sent` for a read (repeating it does no harm) and `outcome_unknown` for a write
/// (it may have been carried out: contract, trap 6), with the HTTP status in `status`.
class Client {
public:
    Client(http::Transport& transport, Settings settings);

    Result<std::vector<Oms>> omses();
    Result<Oms> oms();
    /// Events after `from`, which the API compares to the microsecond.
    Result<Page<Event>> events(Instant from, int limit);
    Result<Page<Project>> projects(ProjectId after, int limit);
    Result<Project> project(ProjectId id);
    Result<Page<Order>> orders(ProjectId project, ProjectItemId after, int limit);
    Result<Order> order(OrderId id);
    Result<Order> patch_order(OrderId id, const OrderPatch& patch);
    /// Whether we may change this order: a PATCH that changes nothing (contract, trap 11).
    Result<bool> may_patch(OrderId id);
    /// Of the project alone, or of the order, never both.
    Result<Page<Message>> messages(const Subject& subject, MessageId after, int limit);
    Result<Message> message(MessageId id);
    /// Not idempotent: see errors.
    Result<Message> post_message(const MessageDraft& draft);
    Result<Message> edit_message(MessageId id, const std::string& content);

private:
    Result<json::value> get(const std::string& path);
    Result<json::value> send(const std::string& method, const std::string& path, std::string body);
    Result<json::value> call(http::Request request, bool write);
    [[nodiscard]] std::string of_oms(const std::string& rest) const;

    http::Transport& transport_;
    Settings settings_;
};

}  // namespace oms::marketplace
