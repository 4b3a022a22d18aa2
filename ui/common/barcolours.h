#pragma once

#include "ui/waterfall/bar.h"

#include <QtGui/QColor>

class QPalette;

namespace ui {

//! The waterfall's and messages' colours, chosen to be readable on a palette's base colour, light
//! or dark. A value. No meaning rests on them alone: a glyph or a word always says the same.
struct BarColours
{
    QColor queued;
    QColor held;
    QColor good;
    QColor challenged;
    QColor failed;
    QColor refresh;
    QColor underWay;
    QColor grid;

    [[nodiscard]] static BarColours on(const QPalette &palette);

    [[nodiscard]] QColor forSegment(const BarSegment &segment, Bar::Ending ending) const;
};

} // namespace ui
