#pragma once

#include <QtCore/QTimer>
#include <QtWidgets/QTreeView>

namespace ui {

class WaterfallDelegate;
class WaterfallModel;

//! The waterfall: a tree of requests and refreshes with a time column that always shows the whole
//! time.
//!
//! The first rows are expanded as they come, so that cause and effect are on one screen; the rows
//! of a large burst are not.
//! Lifetime: `model` outlives the view.
class WaterfallView : public QTreeView
{
    Q_OBJECT

public:
    explicit WaterfallView(WaterfallModel &model, QWidget *parent = nullptr);

    //! Sets the text that an empty waterfall shows.
    void setPlaceholder(const QString &text);

    //! The columns as a person has arranged them; empty: the view shares out the width by itself.
    [[nodiscard]] QByteArray columns() const;
    void setColumns(const QByteArray &columns);

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void unfold(const QModelIndex &parent);
    void followTime();
    void noteResized(int section);
    void shareWidth();

    WaterfallModel &m_model;
    WaterfallDelegate *m_delegate; //!< a child of the view
    QTimer m_live {this};
    enum class Columns { SharedOut, BeingSharedOut, Arranged } m_columns = Columns::SharedOut;
    QString m_placeholder;
};

} // namespace ui
