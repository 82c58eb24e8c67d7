#pragma once

#include "base/json.hpp"
#include "sim/jira_control.hpp"

/// POST /sim/settings: what an administrator, or the weather, may change while all runs. Each member
/// may be left out; an unknown one is an error, so that a misspelt test does not pass.
///
/// | member | value |
/// | --- | --- |
/// | index_lag_ms, index_flicker | how late search is; the chance that it overlooks an issue |
/// | anonymous_allowed, everybody_anonymous | true, false |
/// | comment_units_max, page_max | numbers |
/// | comments_max | of one issue, beyond it 413; 0: no limit |
/// | account_is_app, app_secret | whether our account may register dynamic webhooks, and what signs them |
/// | webhook_retry_ms, webhook_spread_ms | how long until a failed delivery is repeated; how much deliveries are apart |
/// | comment_properties_expand | true, false |
/// | base_url | text |
/// | rate_limit | capacity (0: off), fill_rate, interval_s, retry_after |
/// | webhooks | lose, twice (chances), lose_next, twice_next, delay_ms, jitter_ms, shuffle, before_answer |
/// | screens | by issue type: {"10204": {"remove": ["SO-1"], "add": [], "require": []}} ids or names |
/// | any_transitions | true adds one to each status, false leaves only the others |
/// | transitions | the whole workflow: id, name, from [] (empty: any), to, screen, required, role |
/// | users | by login name: password, tokens, email_visible, email_public, administrator, roles, lacks, utc_offset_min |
/// | captcha, log_in | login name: lock its password (on Cloud: its tokens), or unlock it |
/// | service_desk, archived | true, false: the project |
/// | project_style | next-gen: a team-managed project, before it has issues; classic |
/// | epic_link | true puts the older field Epic Link beside `parent` on the screen of orders |
namespace oms::sim {

/// "" or the sentence that says what is wrong; what stood before it in the body is changed then.
std::string change_settings(JiraControl control, const json::value& body);

json::object settings_json(const JiraControl& control);

}  // namespace oms::sim
