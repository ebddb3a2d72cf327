package io.jans.util;

import java.util.Arrays;

/** What scripts do with arrays. */
public final class ArrayHelper {
    private ArrayHelper() {
    }

    public static <T> boolean isEmpty(T[] items) {
        return items == null || items.length == 0;
    }

    public static <T> boolean isNotEmpty(T[] items) {
        return !isEmpty(items);
    }

    /** A new array with the item at its end; an empty array is extended too, where Jans fails. */
    public static String[] addItemToStringArray(String[] items, String item) {
        String[] longer = items == null ? new String[1] : Arrays.copyOf(items, items.length + 1);
        longer[longer.length - 1] = item;
        return longer;
    }

    public static String[] arrayMerge(String[]... arrays) {
        return Arrays.stream(arrays)
                .filter(ArrayHelper::isNotEmpty)
                .flatMap(Arrays::stream)
                .toArray(String[]::new);
    }

    public static <T> T[] arrayClone(T[] items) {
        return items == null ? null : items.clone();
    }

    public static <T> T[] sortAndClone(T[] items) {
        T[] sorted = arrayClone(items);
        if (sorted != null) {
            Arrays.sort(sorted);
        }
        return sorted;
    }

    public static <T> boolean equalsIgnoreOrder(T[] one, T[] other) {
        return Arrays.equals(sortAndClone(one), sortAndClone(other));
    }

    public static <T> String toString(T[] items) {
        return items == null ? null : Arrays.toString(items);
    }
}
