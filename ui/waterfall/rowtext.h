#pragma once

#include "authcore/lab/trace.h"
#include "ui/waterfall/bar.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QString>

#include <chrono>
#include <cstddef>
#include <optional>

namespace ui {

//! The text of one row of the waterfall, column by column and as a sentence. A value.
struct RowText
{
    QString number; //!< "2", "2.1"
    QString request; //!< "GET /api/resources"
    QString status; //!< a glyph and a word: "✗ 401"
    QString generation; //!< "A3"
    QString duration; //!< "40 ms"; empty: still going on
    QString spoken; //!< the whole row in words, for screen readers
    Bar bar;
};

//! Puts the records of a trace into words. Pure; reads only the trace.
//!
//! Requests and refreshes are numbered from 1 in the order in which the trace lists them.
class RowWriter
{
    Q_DECLARE_TR_FUNCTIONS(ui::RowWriter)

public:
    explicit RowWriter(const authcore::lab::Trace &trace)
        : m_trace(trace)
    {
    }

    [[nodiscard]] RowText request(std::size_t index) const;
    [[nodiscard]] RowText attempt(std::size_t request, std::size_t index) const;
    [[nodiscard]] RowText refresh(std::size_t index) const;
    //! The tries of the refresh and what was decided, on a line each; empty: none has ended.
    [[nodiscard]] QString refreshDetails(std::size_t index) const;
    [[nodiscard]] RowText refreshTry(std::size_t refresh, std::size_t index) const;

private:
    //! The state of an unanswered request, short for the table and in full.
    struct OpenState
    {
        QString brief;
        QString spoken;
    };

    [[nodiscard]] static OpenState openState(const authcore::lab::RequestRecord &request);
    [[nodiscard]] QString refreshNumber(authcore::RefreshId id) const;
    [[nodiscard]] QString waitersOf(const authcore::lab::RefreshRecord &refresh) const;
    [[nodiscard]] QString outcomeOf(const authcore::lab::AttemptRecord &attempt) const;
    [[nodiscard]] static QString span(
        std::chrono::nanoseconds from, std::optional<std::chrono::nanoseconds> to);

    const authcore::lab::Trace &m_trace;
};

} // namespace ui
